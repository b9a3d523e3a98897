import type { DeviceClass } from '../../src/policy/device.ts'

/** One line of the table: what an interface must state (two hexadecimal digits) for the class. Absent: anything. */
export type UsbClassLine = Readonly<{
  class: DeviceClass
  base: string
  sub?: string
  protocol?: string
  /** The interface's own name holds this text. */
  name?: string
}>

/**
 * First match wins; what no line knows is `other`. Numbers: usb.org "Defined Class Codes". The same table makes the
 * udev rules, so that the kernel's default and the agent never disagree. The never-blockable lines match on the base
 * class alone and are the only ones for it: nothing that a device adds can move it out of them.
 */
export const usbClassTable: readonly UsbClassLine[] = [
  { class: 'input', base: '03' },
  { class: 'hub', base: '09' },
  { class: 'smart-card', base: '0b' },
  { class: 'optical', base: '08', sub: '02' }, // SFF-8020i, MMC-2: optical drives
  { class: 'optical', base: '08', sub: '05' }, // SFF-8070i and ATAPI
  { class: 'mass-storage', base: '08' },
  { class: 'portable', base: '06' },
  { class: 'portable', base: 'ff', name: 'MTP' }, // most telephones: vendor-specific, told by the interface's name
  { class: 'portable', base: 'ff', name: 'PTP' },
  { class: 'network', base: '02' },
  { class: 'network', base: '0a' },
  { class: 'network', base: 'e0', sub: '01', protocol: '03' }, // RNDIS
  { class: 'network', base: 'ef', sub: '04', protocol: '01' }, // RNDIS over Ethernet
  { class: 'bluetooth', base: 'e0', sub: '01', protocol: '01' },
  { class: 'bluetooth', base: 'e0', sub: '01', protocol: '04' }, // Bluetooth AMP
  { class: 'printer', base: '07' },
  { class: 'audio', base: '01' },
  { class: 'video', base: '0e' },
]

/** `usbClass` as `08/06/50`; `name` is the interface's string, '' where it has none. */
export function classifyUsb(usbClass: string, name: string): DeviceClass {
  const [base, sub, protocol] = usbClass.toLowerCase().split('/')
  const line = usbClassTable.find(
    (one) =>
      one.base === base &&
      (one.sub === undefined || one.sub === sub) &&
      (one.protocol === undefined || one.protocol === protocol) &&
      (one.name === undefined || name.includes(one.name)),
  )
  return line?.class ?? 'other'
}

/** A kernel uevent: `ACTION@DEVPATH`, then `KEY=VALUE` lines, each ended by a zero byte (kernel lib/kobject_uevent.c). */
export type Uevent = Readonly<{
  action: string
  devpath: string
  subsystem: string
  sequence: number
  /** `usb_device`, `usb_interface`, … ; '' where none is stated. */
  devtype: string
  /** Of USB: vendor/product/release in hexadecimal without leading zeros (`46f4/1/0`). */
  product: string
  /** Of a USB interface: class/subclass/protocol in decimal (`8/6/80`). */
  usbInterface: string
}>

/** One datagram of the kernel's group; null for anything else, such as udevd's own messages (`libudev` magic). */
export function parseUevent(datagram: Buffer): Uevent | null {
  const [head = '', ...lines] = datagram.toString('latin1').split('\0')
  if (!/^[a-z]+@\//.test(head)) return null
  return ueventOf(lines)
}

/** One block of `udevadm monitor --kernel --property`: the properties of an event, one per line. */
export function parseMonitorBlock(block: string): Uevent | null {
  const lines = block.split('\n').filter((line) => /^[A-Z0-9_]+=/.test(line))
  return lines.length === 0 ? null : ueventOf(lines)
}

function ueventOf(lines: readonly string[]): Uevent | null {
  const fields = new Map(lines.map((line) => splitAtEquals(line)))
  const sequence = Number(fields.get('SEQNUM'))
  const action = fields.get('ACTION')
  const devpath = fields.get('DEVPATH')
  if (action === undefined || devpath === undefined || !Number.isSafeInteger(sequence) || sequence < 1) return null
  const of = (name: string) => fields.get(name) ?? ''
  return {
    action,
    devpath,
    subsystem: of('SUBSYSTEM'),
    sequence,
    devtype: of('DEVTYPE'),
    product: of('PRODUCT'),
    usbInterface: of('INTERFACE'),
  }
}

function splitAtEquals(line: string): readonly [string, string] {
  const at = line.indexOf('=')
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
}

const watchedSubsystems = new Set(['usb', 'mmc', 'mmc_host', 'scsi', 'block', 'net', 'bluetooth', 'sound', 'input'])

/** Whether the set of devices, or what is bound to them, may have changed. */
export function concernsDevices(uevent: Uevent): boolean {
  return watchedSubsystems.has(uevent.subsystem)
}

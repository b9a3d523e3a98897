import type { Access, BlockableClass, DeviceClass } from '../../../src/policy/device.ts'
import { type UsbClassLine, usbClassTable } from '../usb-class.ts'

export type ClassAccess = Readonly<Record<BlockableClass, Access>>

/** The classes whose read-only holds by these rules alone. */
export const readOnlyClasses = ['mass-storage', 'sd-card', 'optical'] as const satisfies readonly BlockableClass[]

/** Keyboards and mice 03, hubs 09, smart-card readers 0b: first, unconditional, and no policy can take the line away. */
export const neverBlockableLine = 'ATTR{bInterfaceClass}=="03|09|0b", GOTO="tanmori_open"'

const tag = '/run/tanmori'
const usbInterface = 'ATTRS{bInterfaceNumber}=="?*"'
const setReadOnly = 'RUN+="/sbin/blockdev --setro $devnode"'
/** Drivers of audio, video and network claim a second interface, which is still denied when the first is probed. */
const manyInterfaces = 'ATTR{bInterfaceClass}=="01|02|07|0a|0e|e0|ef|ff", ATTRS{bConfigurationValue}=="?*"'
const maxProbedInterface = 7

/**
 * The default deny as udev rules. They need no agent, and apart from `blockdev --setro` no program. Every USB interface
 * starts denied (`interface_authorized_default`), and only what is named here is opened; the agent's exceptions are
 * marked by files in /run/tanmori, which is empty at boot.
 */
export function formatDefaultRules(classes: ClassAccess): string {
  return lines([
    '# Tanmori: nothing removable gets a driver unless its class is opened here or the agent marks it. Generated; do not edit.',
    'ACTION=="remove", GOTO="tanmori_end"',
    'SUBSYSTEM=="usb", ACTION=="add", GOTO="tanmori_usb"',
    'SUBSYSTEM=="mmc_host", ACTION=="add", GOTO="tanmori_mmc_host"',
    'SUBSYSTEM=="mmc", GOTO="tanmori_mmc"',
    'SUBSYSTEM=="scsi", ATTR{type}=="5", GOTO="tanmori_optical"',
    'SUBSYSTEM=="block", GOTO="tanmori_block"',
    'GOTO="tanmori_end"',
    ...usbRules(classes),
    ...cardRules(classes['sd-card']),
    ...opticalRules(classes.optical),
    ...blockRules(classes),
    'LABEL="tanmori_end"',
  ])
}

/** After 70-uaccess, before 73-seat-late: what is not for writing must not be given to the seat's user another way. */
export function formatLateRules(classes: ClassAccess, isScanned = false): string {
  const isFree = classes.optical === 'read-write' && !isScanned
  return lines([
    '# Tanmori: the ways round a read-only drive. Generated; do not edit.',
    'ACTION=="remove", GOTO="tanmori_late_end"',
    ...(isFree
      ? []
      : ['SUBSYSTEM=="scsi_generic", ATTRS{type}=="5", MODE:="0600", TAG-="uaccess", GOTO="tanmori_late_end"']),
    ...(isScanned ? scanRules() : []),
    'SUBSYSTEM=="block", KERNEL=="sr[0-9]*", ENV{TANMORI_HOLD}=="1", MODE:="0444", TAG-="uaccess"',
    'LABEL="tanmori_late_end"',
  ])
}

/**
 * Until a medium was scanned it is root's alone, and no desktop mounts it. `diskseq` (Linux 5.15) counts every medium that
 * comes, another disc in the same drive too; the agent marks the clean ones. Without the attribute it stays held.
 */
function scanRules(): readonly string[] {
  return [
    'SUBSYSTEM=="block", SUBSYSTEMS=="usb", ENV{TANMORI_SCAN}="1"',
    'SUBSYSTEM=="block", SUBSYSTEMS=="mmc", ATTRS{type}=="SD", ENV{TANMORI_SCAN}="1"',
    'SUBSYSTEM=="block", KERNEL=="sr[0-9]*", ENV{TANMORI_SCAN}="1"',
    `ENV{TANMORI_SCAN}=="1", ATTRS{diskseq}=="?*", TEST=="${tag}/clean/$attr{diskseq}", ENV{TANMORI_SCAN}="0"`,
    'ENV{TANMORI_SCAN}=="1", OWNER:="root", GROUP:="root", MODE:="0600", TAG-="uaccess", ENV{UDISKS_IGNORE}="1", GOTO="tanmori_late_end"',
    // udev's own rules give a group when a node comes (50-udev-default.rules), and not again when it changes.
    'ENV{TANMORI_SCAN}=="0", KERNEL!="sr[0-9]*", GROUP="disk", MODE="0660"',
    'ENV{TANMORI_SCAN}=="0", KERNEL=="sr[0-9]*", GROUP="cdrom", MODE="0660"',
  ]
}

function usbRules(classes: ClassAccess): readonly string[] {
  const probes = Array.from({ length: maxProbedInterface + 1 }, (_, number) => number)
  return [
    'LABEL="tanmori_usb"',
    'ENV{DEVTYPE}=="usb_device", KERNEL=="usb[0-9]*", ATTR{interface_authorized_default}="0", GOTO="tanmori_end"',
    // A device is only opened on a bus that denies its interfaces.
    'ENV{DEVTYPE}=="usb_device", ATTR{authorized}=="0", ATTRS{interface_authorized_default}=="0", ATTR{authorized}="1", GOTO="tanmori_end"',
    'ENV{DEVTYPE}!="usb_interface", GOTO="tanmori_end"',
    neverBlockableLine,
    ...usbClassTable.flatMap((line) => classRule(line, classes)),
    `GOTO="${isOpen('other', classes) ? 'tanmori_open' : 'tanmori_end'}"`,
    'LABEL="tanmori_open"',
    'ATTR{authorized}="1"',
    'ATTR{[subsystem/usb]drivers_probe}="%k"',
    ...probes.map((n) => `${manyInterfaces}, ATTR{[subsystem/usb]drivers_probe}="$id:$attr{bConfigurationValue}.${n}"`),
    'GOTO="tanmori_end"',
  ]
}

function classRule(line: UsbClassLine, classes: ClassAccess): readonly string[] {
  if (line.class === 'input' || line.class === 'hub' || line.class === 'smart-card') return []
  const matches = [
    `ATTR{bInterfaceClass}=="${line.base}"`,
    ...(line.sub === undefined ? [] : [`ATTR{bInterfaceSubClass}=="${line.sub}"`]),
    ...(line.protocol === undefined ? [] : [`ATTR{bInterfaceProtocol}=="${line.protocol}"`]),
    ...(line.name === undefined ? [] : [`ATTR{interface}=="*${line.name}*"`]),
  ]
  return [`${matches.join(', ')}, GOTO="${isOpen(line.class, classes) ? 'tanmori_open' : 'tanmori_end'}"`]
}

/** Soldered eMMC stays bound: machines start from it. */
function cardRules(access: Access): readonly string[] {
  const probe = 'ATTR{[subsystem/mmc]drivers_probe}="%k"'
  const isDenied = access === 'block'
  return [
    'LABEL="tanmori_mmc_host"',
    `ATTR{[subsystem/mmc]drivers_autoprobe}="${isDenied ? '0' : '1'}"`,
    'GOTO="tanmori_end"',
    'LABEL="tanmori_mmc"',
    `ATTR{type}!="SD", ACTION=="add", ${probe}`,
    ...(isDenied
      ? [
          `ATTR{type}=="SD", ACTION=="add", TEST=="${tag}/open/%k", ${probe}`,
          `ATTR{type}=="SD", DRIVER=="mmcblk", TEST!="${tag}/open/%k", ATTR{[drivers/mmc:mmcblk]unbind}="%k"`,
        ]
      : [`ATTR{type}=="SD", ACTION=="add", ${probe}`]),
    'GOTO="tanmori_end"',
  ]
}

function opticalRules(access: Access): readonly string[] {
  const isDenied = access === 'block'
  return [
    'LABEL="tanmori_optical"',
    ...(isDenied
      ? [
          `TEST=="${tag}/open/%k", GOTO="tanmori_end"`,
          `${usbInterface}, TEST=="${tag}/open/$id", GOTO="tanmori_end"`,
          'DRIVER=="sr", ATTR{[drivers/scsi:sr]unbind}="%k"',
        ]
      : []),
    'GOTO="tanmori_end"',
  ]
}

function blockRules(classes: ClassAccess): readonly string[] {
  const heldUnless = (access: Access) =>
    access === 'read-write' ? `TEST=="${tag}/read-only/$id"` : `TEST!="${tag}/write/$id"`
  return [
    'LABEL="tanmori_block"',
    'KERNEL=="sr[0-9]*", GOTO="tanmori_sr"',
    `${usbInterface}, ${heldUnless(classes['mass-storage'])}, ${setReadOnly}`,
    `KERNEL=="mmcblk[0-9]*", SUBSYSTEMS=="mmc", ATTRS{type}=="SD", ${heldUnless(classes['sd-card'])}, ATTR{force_ro}="1"`,
    'GOTO="tanmori_end"',
    'LABEL="tanmori_sr"',
    'ENV{TANMORI_HOLD}="0"',
    `SUBSYSTEMS=="scsi", ATTRS{type}=="5", ${heldUnless(classes.optical)}, ENV{TANMORI_HOLD}="1"`,
    // Behind USB the mark carries the interface's name.
    `${usbInterface}, TEST=="${tag}/write/$id", ENV{TANMORI_HOLD}="0"`,
    `${usbInterface}, TEST=="${tag}/read-only/$id", ENV{TANMORI_HOLD}="1"`,
    `ENV{TANMORI_HOLD}=="1", ${setReadOnly}`,
    'GOTO="tanmori_end"',
  ]
}

/** Whether the rule alone may open the class: read-only only where these rules also hold it. */
function isOpen(name: DeviceClass, classes: ClassAccess): boolean {
  if (name === 'input' || name === 'hub' || name === 'smart-card') return true
  const access = classes[name]
  return access === 'read-write' || (access === 'read-only' && readOnlyClasses.some((one) => one === name))
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`
}

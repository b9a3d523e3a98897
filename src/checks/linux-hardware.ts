import { parseCpuinfo } from './cpuinfo.ts'
import { diskNames, disksReading, parseDiskParts } from './disk-parts.ts'
import { parseEdid } from './edid.ts'
import { type Hardware, type HardwareKind, type HardwarePart, sortParts, statedText } from './hardware-part.ts'
import { networkPartReadings, networkParts } from './linux-network-parts.ts'
import { entriesOf, explainFailure, isMissing, known, outputOf, textOf } from './raw.ts'
import type { Parsed, Raws, Reading, Readings } from './reading.ts'
import type { Sentence } from './result.ts'
import { parseSmbios } from './smbios.ts'

const memoryFolder = '/sys/devices/system/memory'
const usbFolder = '/sys/bus/usb/devices'
const thunderboltFolder = '/sys/bus/thunderbolt/devices'
const screenFolder = '/sys/class/drm'

export const linuxHardwareReadings = {
  smbios: { kind: 'file', path: '/sys/firmware/dmi/tables/DMI', as: 'base64' },
  uptime: { kind: 'file', path: '/proc/uptime' },
  cpuinfo: { kind: 'file', path: '/proc/cpuinfo' },
  memory: { kind: 'directory', path: memoryFolder, depth: 1 },
  memoryBlock: { kind: 'file', path: `${memoryFolder}/block_size_bytes` },
  disks: disksReading,
  links: { kind: 'directory', path: '/sys/class/net', depth: 1 },
  screens: { kind: 'directory', path: screenFolder, depth: 1 },
  usb: { kind: 'directory', path: usbFolder, depth: 1 },
  thunderbolt: { kind: 'directory', path: thunderboltFolder, depth: 1 },
} as const satisfies Readings

export function linuxHardwareMore(raws: Raws): Readings {
  const cards = cardNames(raws).map((name) => file(`card ${name}`, `/sys/block/${name}/device/type`))
  const disks = fixedDisks(raws).flatMap((name) =>
    diskAttributes.map((attribute) => file(`${attribute} ${name}`, `/sys/block/${name}/${attribute}`)),
  )
  const screens = screenNames(raws).map((name): [string, Reading] => [
    `edid ${name}`,
    { kind: 'file', path: `${screenFolder}/${name}/edid`, as: 'base64' },
  ])
  const usb = usbNames(raws).flatMap((name) =>
    ['manufacturer', 'product', 'serial'].map((one) => file(`${one} ${name}`, `${usbFolder}/${name}/${one}`)),
  )
  const thunderbolt = thunderboltNames(raws).flatMap((name) =>
    ['vendor_name', 'device_name', 'unique_id'].map((one) =>
      file(`${one} ${name}`, `${thunderboltFolder}/${name}/${one}`),
    ),
  )
  return {
    ...Object.fromEntries([...cards, ...disks, ...screens, ...usb, ...thunderbolt]),
    ...networkPartReadings(raws),
  }
}

export function parseLinuxHardware(raws: Raws): Parsed<Hardware> {
  const read = [...boardParts(raws), disksOf(raws), ...networkOf(raws), screensOf(raws), docksOf(raws)]
  return known({
    parts: sortParts(read.flatMap((one) => ('parts' in one ? one.parts : []))),
    unread: read.flatMap((one) => ('parts' in one ? [] : [one])),
    isStarting: Number.parseFloat(textOf(raws, 'uptime') ?? '') < startSeconds,
  })
}

/** Until then drivers may still be loading: what is not there yet is not gone. */
const startSeconds = 180

type Part = Readonly<{ parts: readonly HardwarePart[] }> | Readonly<{ kind: HardwareKind; reason: Sentence }>

/** The machine's own table tells all; one without it (small virtual machines, most Arm boards) is asked of the kernel. */
function boardParts(raws: Raws): readonly Part[] {
  const table = parseSmbios(textOf(raws, 'smbios') ?? '')
  if (table === null && !isMissing(raws, 'smbios')) {
    return (['board', 'cpu', 'memory'] as const).map((kind) => ({ kind, reason: explainFailure(raws, 'smbios') }))
  }
  const stated = (kind: HardwareKind) => (table ?? []).filter((part) => part.kind === kind)
  const [cpus, modules] = [stated('cpu'), stated('memory')]
  return [
    { parts: stated('board') },
    cpus.length > 0 ? { parts: cpus } : processorsOf(raws),
    modules.length > 0 ? { parts: modules } : memoryOf(raws),
  ]
}

function processorsOf(raws: Raws): Part {
  const text = textOf(raws, 'cpuinfo')
  return text === null ? { kind: 'cpu', reason: explainFailure(raws, 'cpuinfo') } : { parts: parseCpuinfo(text) }
}

/** Blocks of memory that are there, each of one size (Documentation/admin-guide/mm/memory-hotplug.rst). */
function memoryOf(raws: Raws): Part {
  const blocks = (entriesOf(raws, 'memory') ?? []).filter(({ path }) => /^memory\d+$/.test(path)).length
  const size = Number.parseInt(textOf(raws, 'memoryBlock')?.trim() ?? '', 16)
  if (blocks === 0 || !Number.isFinite(size)) return { kind: 'memory', reason: explainFailure(raws, 'memory') }
  return { parts: [{ kind: 'memory', slot: '', maker: '', model: '', serial: '', bytes: blocks * size }] }
}

function disksOf(raws: Raws): Part {
  const output = outputOf(raws, 'disks')
  const stated = (name: string) => diskAttributes.map((one) => statedText(textOf(raws, `${one} ${name}`)))
  const parts = output === null ? null : parseDiskParts(output, { isCard: (name) => isCard(raws, name), stated })
  return parts === null ? { kind: 'disk', reason: explainFailure(raws, 'disks') } : { parts }
}

/** Serial numbers of virtio and NVMe disks: there at once, while udev, whom `lsblk` asks, may still be looking. */
const diskAttributes = ['serial', 'device/serial'] as const

function isCard(raws: Raws, name: string): boolean {
  return textOf(raws, `card ${name}`)?.trim() === 'SD'
}

function networkOf(raws: Raws): readonly Part[] {
  if (entriesOf(raws, 'links') === null) return [{ kind: 'network', reason: explainFailure(raws, 'links') }]
  return [{ parts: networkParts(raws) }]
}

function screensOf(raws: Raws): Part {
  if (entriesOf(raws, 'screens') === null && !isMissing(raws, 'screens')) {
    return { kind: 'monitor', reason: explainFailure(raws, 'screens') }
  }
  return { parts: screenNames(raws).flatMap((name) => parseEdid(textOf(raws, `edid ${name}`) ?? '') ?? []) }
}

/** A dock is a Thunderbolt device, or a USB device that calls itself one; its several USB functions are one dock. */
function docksOf(raws: Raws): Part {
  const lost = ['usb', 'thunderbolt'].find((name) => entriesOf(raws, name) === null && !isMissing(raws, name))
  if (lost !== undefined) return { kind: 'dock', reason: explainFailure(raws, lost) }
  const usb = usbNames(raws)
    .map((name) => dockOf(raws, ['manufacturer', 'product', 'serial'], name))
    .filter(({ model }) => /dock|ドック/i.test(model.normalize('NFKC')))
  const thunderbolt = thunderboltNames(raws).map((name) =>
    dockOf(raws, ['vendor_name', 'device_name', 'unique_id'], name),
  )
  const units = [...usb, ...thunderbolt].filter(({ model }) => model !== '')
  return { parts: [...new Map(units.map((part) => [`${part.maker} ${part.serial || part.model}`, part])).values()] }
}

function dockOf(raws: Raws, [maker = '', model = '', serial = '']: readonly string[], name: string): HardwarePart {
  const stated = (attribute: string) => statedText(textOf(raws, `${attribute} ${name}`))
  return { kind: 'dock', slot: '', maker: stated(maker), model: stated(model), serial: stated(serial), bytes: 0 }
}

function cardNames(raws: Raws): readonly string[] {
  return fixedDisks(raws).filter((name) => name.startsWith('mmcblk'))
}

function fixedDisks(raws: Raws): readonly string[] {
  return (diskNames(outputOf(raws, 'disks') ?? '') ?? []).slice(0, maxNames)
}

function screenNames(raws: Raws): readonly string[] {
  return namesIn(raws, 'screens', /^card\d+-/)
}

/** Devices, not their interfaces (`1-2:1.0`) nor the controllers' own hubs (`usb1`). */
function usbNames(raws: Raws): readonly string[] {
  return namesIn(raws, 'usb', /^\d+-[\d.]+$/)
}

/** `0-0` is the machine's own end. */
function thunderboltNames(raws: Raws): readonly string[] {
  return namesIn(raws, 'thunderbolt', /^\d+-[1-9a-f]\w*$/)
}

const maxNames = 100

function namesIn(raws: Raws, reading: string, pattern: RegExp): readonly string[] {
  return (entriesOf(raws, reading) ?? [])
    .map(({ path }) => path)
    .filter((path) => pattern.test(path))
    .slice(0, maxNames)
}

function file(name: string, path: string): [string, Reading] {
  return [name, { kind: 'file', path }]
}

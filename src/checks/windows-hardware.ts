import { type Hardware, type HardwareKind, type HardwarePart, sortParts, statedText } from './hardware-part.ts'
import { normalizeMac } from './network-state.ts'
import { explainFailure, known, rowsOf } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'
import { flagIn, numberIn, type Row, textIn } from './row.ts'

const cim = 'root\\CIMV2'

export const windowsHardwareReadings = {
  cpu: {
    kind: 'query',
    namespace: cim,
    query: 'SELECT DeviceID, Manufacturer, Name, ProcessorId, SocketDesignation FROM Win32_Processor',
  },
  memory: {
    kind: 'query',
    namespace: cim,
    query:
      'SELECT BankLabel, DeviceLocator, Manufacturer, PartNumber, SerialNumber, Capacity FROM Win32_PhysicalMemory',
  },
  board: { kind: 'query', namespace: cim, query: 'SELECT Manufacturer, Product, SerialNumber FROM Win32_BaseBoard' },
  disk: {
    kind: 'query',
    namespace: cim,
    query: 'SELECT Model, SerialNumber, Size, InterfaceType, MediaType, PNPDeviceID FROM Win32_DiskDrive',
  },
  network: { kind: 'table', table: 'interfaces' },
  monitor: {
    kind: 'query',
    namespace: 'root\\WMI',
    query: 'SELECT ManufacturerName, ProductCodeID, SerialNumberID, UserFriendlyName, Active FROM WmiMonitorID',
  },
  dock: {
    kind: 'query',
    namespace: cim,
    query:
      "SELECT Name, Manufacturer, PNPDeviceID FROM Win32_PnPEntity WHERE Name LIKE '%dock%' OR Name LIKE '%ドック%'",
  },
} as const satisfies Readings

/** Without a screen the WMI class answers that it is not supported; a server has none. */
export function parseWindowsHardware(raws: Raws): Parsed<Hardware> {
  const read = kinds.map((kind) => ({ kind, rows: rowsOf(raws, kind) }))
  return known({
    parts: sortParts(read.flatMap(({ kind, rows }) => (rows ?? []).flatMap((row) => readers[kind](row) ?? []))),
    unread: read
      .filter(({ kind, rows }) => rows === null && !(kind === 'monitor' && isWithoutScreens(raws)))
      .map(({ kind }) => ({ kind, reason: explainFailure(raws, kind) })),
    isStarting: false,
  })
}

const kinds = [
  'cpu',
  'memory',
  'board',
  'disk',
  'network',
  'monitor',
  'dock',
] as const satisfies readonly HardwareKind[]

const readers: Readonly<Record<HardwareKind, (row: Row) => HardwarePart | null>> = {
  cpu: (row) => part('cpu', row, { slot: 'SocketDesignation', maker: 'Manufacturer', model: 'Name' }),
  memory: (row) => ({
    ...part('memory', row, { maker: 'Manufacturer', model: 'PartNumber', serial: 'SerialNumber' }),
    slot: statedText(
      [textIn(row, 'BankLabel'), textIn(row, 'DeviceLocator')].filter((text) => text !== null).join(' '),
    ),
    bytes: numberIn(row, 'Capacity') ?? 0,
  }),
  board: (row) => part('board', row, { maker: 'Manufacturer', model: 'Product', serial: 'SerialNumber' }),
  disk: diskOf,
  network: cardOf,
  monitor: screenOf,
  dock: (row) => ({
    ...part('dock', row, { maker: 'Manufacturer', model: 'Name' }),
    serial: serialOf(textIn(row, 'PNPDeviceID') ?? ''),
  }),
}

type Names = Readonly<{ slot?: string; maker?: string; model?: string; serial?: string }>

function part(kind: HardwareKind, row: Row, { slot = '', maker = '', model = '', serial = '' }: Names): HardwarePart {
  const stated = (name: string) => statedText(textIn(row, name))
  return { kind, slot: stated(slot), maker: stated(maker), model: stated(model), serial: stated(serial), bytes: 0 }
}

/** `InterfaceType` is never localized; `MediaType` is English in every Windows ("Fixed hard disk media"). */
function diskOf(row: Row): HardwarePart | null {
  const bus = `${textIn(row, 'InterfaceType') ?? ''} ${textIn(row, 'PNPDeviceID') ?? ''}`
  const isRemovable = /removable|external/i.test(textIn(row, 'MediaType') ?? '')
  if (/^(USB|1394)\b|\bUSBSTOR\\|\bSD\\/i.test(bus) || isRemovable) return null
  return { ...part('disk', row, { model: 'Model', serial: 'SerialNumber' }), bytes: numberIn(row, 'Size') ?? 0 }
}

function cardOf(row: Row): HardwarePart | null {
  const id = textIn(row, 'PnPDeviceID') ?? ''
  if (flagIn(row, 'Virtual') === true || flagIn(row, 'HardwareInterface') === false || /^(ROOT|SWD)\\/i.test(id))
    return null
  return {
    ...part('network', row, {}),
    model: statedText((textIn(row, 'InterfaceDescription') ?? '').replace(/ #\d+$/, '')),
    serial: normalizeMac(textIn(row, 'PermanentAddress') ?? '') ?? '',
  }
}

/** Texts of WmiMonitorID are lists of 16-bit characters, ended by a zero. */
function screenOf(row: Row): HardwarePart | null {
  if (flagIn(row, 'Active') === false) return null
  const [name, product] = [wideText(row, 'UserFriendlyName'), wideText(row, 'ProductCodeID').toLowerCase()]
  return {
    ...part('monitor', row, {}),
    maker: wideText(row, 'ManufacturerName'),
    model: name === '' ? product : `${name} (${product})`,
    serial: wideText(row, 'SerialNumberID'),
  }
}

function wideText(row: Row, name: string): string {
  const value = row[name]
  const codes: readonly unknown[] = Array.isArray(value) ? value : []
  const numbers = codes.filter((code) => typeof code === 'number')
  const end = numbers.indexOf(0)
  return statedText(String.fromCharCode(...(end < 0 ? numbers : numbers.slice(0, end))))
}

/** The last part of an instance id; with `&` as its second character Windows made it up. */
function serialOf(instanceId: string): string {
  const last = instanceId.split('\\')[2] ?? ''
  return last[1] === '&' ? '' : statedText(last)
}

/** WBEM_E_NOT_SUPPORTED: no screen has described itself. */
function isWithoutScreens(raws: Raws): boolean {
  const raw = raws.monitor
  return raw?.kind === 'failed' && /8004100c/i.test(raw.detail)
}

import { guidText } from '../win32/com.ts'
import { readMibTable } from '../win32/ip-helper.ts'
import { createRegistry, type Registry } from '../win32/registry.ts'
import type { TableRow } from './row.ts'
import { fixedText, isIpv6, macText, socketAddressText } from './socket-address.ts'

/** MIB_IF_ROW2 (netioapi.h) on 64-bit Windows. */
const interfaceAt = {
  bytes: 1352,
  index: 8,
  guid: 12,
  alias: 28,
  description: 542,
  physicalLength: 1056,
  permanent: 1092,
  type: 1128,
  physicalMedium: 1140,
  flags: 1152,
  operational: 1156,
  connected: 1164,
} as const
const textBytes = 514
const isHardware = 0x1
const isFilter = 0x2

/** Where Windows keeps which device a network interface belongs to. */
const connections = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}'

export function readInterfaces(): readonly TableRow[] {
  const registry = createRegistry()
  return readMibTable('GetIfTable2', interfaceAt.bytes).flatMap((row) =>
    interfaceRow(row).map((one) => ({ ...one, PnPDeviceID: deviceOf(registry, one.InterfaceGuid) })),
  )
}

/** Filters that Windows lays over an interface are listed as interfaces of their own: they are none. */
export function interfaceRow(row: Buffer) {
  const flags = row.readUInt8(interfaceAt.flags)
  if ((flags & isFilter) !== 0) return []
  const length = Math.min(32, row.readUInt32LE(interfaceAt.physicalLength))
  return [
    {
      Name: fixedText(row.subarray(interfaceAt.alias, interfaceAt.alias + textBytes)),
      InterfaceDescription: fixedText(row.subarray(interfaceAt.description, interfaceAt.description + textBytes)),
      InterfaceGuid: guidText(row.subarray(interfaceAt.guid, interfaceAt.guid + 16)),
      InterfaceIndex: row.readUInt32LE(interfaceAt.index),
      InterfaceType: row.readUInt32LE(interfaceAt.type),
      NdisPhysicalMedium: row.readUInt32LE(interfaceAt.physicalMedium),
      PermanentAddress: macText(row.subarray(interfaceAt.permanent, interfaceAt.permanent + length)),
      HardwareInterface: (flags & isHardware) !== 0,
      Virtual: (flags & isHardware) === 0,
      InterfaceOperationalStatus: row.readUInt32LE(interfaceAt.operational),
      MediaConnectState: row.readUInt32LE(interfaceAt.connected),
    },
  ]
}

function deviceOf(registry: Registry, guid: string): string {
  try {
    const value = registry.readValue(`${connections}\\${guid.toUpperCase()}\\Connection`, 'PnPInstanceId')
    return value?.type === 'string' ? value.data : ''
  } catch {
    return '' // an interface without a device, or one that may not be read: it then counts as built in
  }
}

/** MIB_IPFORWARD_ROW2; the prefix has its length behind the address. What it lists is in force: `Store` 1. */
const routeAt = { bytes: 104, index: 8, prefix: 12, prefixLength: 40, nextHop: 44, metric: 84 } as const

export function readRoutes(): readonly TableRow[] {
  return readMibTable('GetIpForwardTable2', routeAt.bytes).map(routeRow)
}

export function routeRow(row: Buffer) {
  const prefix = row.subarray(routeAt.prefix, routeAt.prefix + 28)
  return {
    DestinationPrefix: `${socketAddressText(prefix)}/${row.readUInt8(routeAt.prefixLength)}`,
    NextHop: nextHopText(row.subarray(routeAt.nextHop, routeAt.nextHop + 28)),
    AddressFamily: row.readUInt16LE(routeAt.prefix),
    InterfaceIndex: row.readUInt32LE(routeAt.index),
    RouteMetric: row.readUInt32LE(routeAt.metric),
    Store: 1,
  }
}

/** What leads straight out of an interface has the unspecified address as its next hop. */
function nextHopText(bytes: Buffer): string {
  const text = socketAddressText(bytes)
  return isIpv6(bytes) && /^[0:]+$/.test(text) ? '::' : text
}

/** MIB_IPNET_ROW2; states of NL_NEIGHBOR_STATE: below `probe` nobody has answered. */
const neighbourAt = { bytes: 88, index: 28, physical: 40, physicalLength: 72, state: 76 } as const
const probe = 2

export function readNeighbours(): readonly TableRow[] {
  return readMibTable('GetIpNetTable2', neighbourAt.bytes).flatMap(neighbourRow)
}

export function neighbourRow(row: Buffer) {
  const length = Math.min(32, row.readUInt32LE(neighbourAt.physicalLength))
  const state = row.readUInt32LE(neighbourAt.state)
  if (state < probe || length === 0) return []
  return [
    {
      IPAddress: socketAddressText(row.subarray(0, 28)),
      LinkLayerAddress: macText(row.subarray(neighbourAt.physical, neighbourAt.physical + length)),
      InterfaceIndex: row.readUInt32LE(neighbourAt.index),
      State: state,
    },
  ]
}

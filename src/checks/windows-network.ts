import { normalizeAddress } from './ip-address.ts'
import { type Link, type LinkKind, type NetworkState, normalizeMac } from './network-state.ts'
import { explainFailure, known, rowsOf, unreadable } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'
import { flagIn, numberIn, type Row, textIn } from './row.ts'

/** Names as `イーサネット` are the user's; indexes join the rows. */
export const windowsNetworkReadings = {
  adapters: { kind: 'table', table: 'interfaces' },
  routes: { kind: 'table', table: 'routes' },
  neighbours: { kind: 'table', table: 'neighbours' },
} as const satisfies Readings

export function parseWindowsNetwork(raws: Raws): Parsed<NetworkState> {
  const adapters = rowsOf(raws, 'adapters')
  const routes = rowsOf(raws, 'routes')
  if (adapters === null) return unreadable(explainFailure(raws, 'adapters'))
  if (routes === null) return unreadable(explainFailure(raws, 'routes'))
  // Every Windows has its loopback interface.
  if (adapters.length === 0) return unreadable(noInterfaces)
  const names = new Map(adapters.map((row) => [numberIn(row, 'InterfaceIndex'), textIn(row, 'Name')]))
  const linkName = (row: Row) => names.get(numberIn(row, 'InterfaceIndex')) ?? textOr(row, 'InterfaceAlias')
  return known({
    links: adapters.map(linkOf),
    routes: routes.filter(isActive).flatMap((row) => routeOf(row, linkName(row))),
    neighbours: (rowsOf(raws, 'neighbours') ?? []).flatMap((row) => {
      const mac = normalizeMac(textOr(row, 'LinkLayerAddress'))
      return mac === null ? [] : [{ address: normalizeAddress(textOr(row, 'IPAddress')), mac, link: linkName(row) }]
    }),
  })
}

const noInterfaces = {
  ja: 'Windows がネットワークの機器の一覧を返しません（1件もありません）',
  en: 'Windows told of no network interface at all, which cannot be',
} as const

/** `NdisPhysicalMedium` of ntddndis.h. */
const kindsByMedium: Readonly<Record<number, LinkKind>> = {
  1: 'wireless', // wireless LAN of old drivers
  8: 'mobile', // wireless WAN
  9: 'wireless', // native 802.11
  10: 'bluetooth',
  14: 'wired', // 802.3
}
/** `ifType` of IANA: PPP, loopback, proprietary virtual (VPN drivers), 802.11, tunnel, mobile broadband (two). */
const kindsByType: Readonly<Record<number, LinkKind>> = {
  23: 'tunnel',
  24: 'loopback',
  53: 'tunnel',
  71: 'wireless',
  131: 'tunnel',
  243: 'mobile',
  244: 'mobile',
}
const connected = 1
const operational = 1

function linkOf(row: Row): Link {
  return {
    name: textOr(row, 'Name'),
    kind: kindOf(row),
    mac: normalizeMac(textOr(row, 'PermanentAddress')),
    isUp:
      numberIn(row, 'InterfaceOperationalStatus') === operational && numberIn(row, 'MediaConnectState') === connected,
    isUsb: /^USB\\/i.test(textOr(row, 'PnPDeviceID')),
  }
}

function kindOf(row: Row): LinkKind {
  const byType = kindsByType[numberIn(row, 'InterfaceType') ?? 0]
  if (byType !== undefined) return byType
  const byMedium = kindsByMedium[numberIn(row, 'NdisPhysicalMedium') ?? 0]
  if (byMedium !== undefined && byMedium !== 'wired') return byMedium
  return flagIn(row, 'Virtual') === true ? 'virtual' : 'wired'
}

/** `Store` 0 is what is kept for the next start, 1 is what is in force. */
function isActive(row: Row): boolean {
  return numberIn(row, 'Store') !== 0
}

function routeOf(row: Row, link: string): NetworkState['routes'] {
  const [address = '', length = ''] = textOr(row, 'DestinationPrefix').split('/')
  if (length === '' || isGroupOrOwn(address, length)) return []
  const hop = textOr(row, 'NextHop')
  const isDirect = hop === '' || hop === '0.0.0.0' || hop === '::'
  return [{ to: `${normalizeAddress(address)}/${length}`, gateway: isDirect ? null : normalizeAddress(hop), link }]
}

/** Windows lists each own address, broadcast and group as a route of its own. */
function isGroupOrOwn(address: string, length: string): boolean {
  return length === '32' || length === '128' || /^(22[4-9]|23\d|127)\./.test(address) || /^ff/i.test(address)
}

function textOr(row: Row, name: string): string {
  return textIn(row, name) ?? ''
}

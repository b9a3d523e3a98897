import { isIP } from 'node:net'
import type { QuarantineWanted } from '../platform.ts'

/** Where the Windows Filtering Platform asks: before a program connects, before it is reached, before a packet passes through. */
export const filterLayers = ['connect-v4', 'connect-v6', 'accept-v4', 'accept-v6', 'forward-v4', 'forward-v6'] as const
export type FilterLayer = (typeof filterLayers)[number]

/** For ICMP the local port stands for the type of the message ("Filtering Conditions", FWPM_CONDITION_ICMP_TYPE). */
export type FilterCondition = Readonly<
  | { field: 'loopback' }
  | { field: 'protocol' | 'local-port' | 'remote-port'; value: number }
  | { field: 'remote-address'; value: string }
  /** The program's path as the filter engine names it, in hexadecimal. */
  | { field: 'program'; value: string }
  /** What this agent never writes; so that nothing of somebody else passes for ours. */
  | { field: 'other'; value: string }
>

/**
 * `isHard`: no filter of another sublayer has a say after it ("Filter Arbitration"). `boot` is in force from the first
 * packet until the filter engine's service has put up the `persistent` ones.
 */
export type Filter = Readonly<{
  name: string
  layer: FilterLayer
  action: 'permit' | 'block'
  isHard: boolean
  lifetime: 'persistent' | 'boot'
  weight: number
  conditions: readonly FilterCondition[]
}>

export type Cutting = Extract<QuarantineWanted, { mode: 'on' }>

const weights = { permit: 15, block: 0 } as const
const protocols = { tcp: 6, udp: 17, icmpv6: 58 } as const
const maxEndpoints = 64
const maxResolvers = 8
/** RFC 4861: router solicitation and advertisement, neighbour solicitation and advertisement */
const neighbourTypes = {
  sent: { 'router-solicit': 133, 'neighbour-solicit': 135, 'neighbour-advert': 136 },
  received: { 'router-advert': 134, 'neighbour-solicit': 135, 'neighbour-advert': 136 },
} as const

/**
 * Every filter that a terminal cut off the network has. Loopback; the center's address and port, for this program alone
 * where the system could name it; name servers; what it takes to have an address and neighbours; nothing else, in or out
 * or through, by IPv4 or IPv6. Without center and name servers nobody needs an address either.
 */
export function planQuarantine({ center, resolvers }: Cutting, program: string | null): readonly Filter[] {
  const servers = resolvers.filter(isPlainAddress).slice(0, maxResolvers)
  const endpoints = center.filter(isEndpoint).slice(0, maxEndpoints)
  const reached = [
    ...endpoints.map(({ address, port }) => permitCenter(shortestAddress(address), port, program)),
    ...servers.flatMap((address) => permitServer(shortestAddress(address))),
  ]
  const always = [...permitLoopback(), ...(reached.length === 0 ? [] : permitAddressing())]
  const lasting = [...always, ...reached, ...blockAll()]
  // Before the engine's service runs nobody reaches the center: the agent starts long after it.
  return [...lasting, ...[...always, ...blockAll()].map((filter) => ({ ...filter, lifetime: 'boot' as const }))]
}

/** IPv6 has many ways to write one address; read back from the engine it has this one (RFC 5952). */
export function shortestAddress(address: string): string {
  return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address
}

/** What stands there and should not, and what should and does not. */
export function compareFilters(wanted: readonly Filter[], found: readonly Filter[]) {
  const rest = found.map(nameFilter)
  const missing = wanted.filter((filter) => {
    const at = rest.indexOf(nameFilter(filter))
    if (at >= 0) rest.splice(at, 1)
    return at < 0
  })
  return { missing: missing.map(({ name }) => name), foreign: rest.length }
}

/** All of a filter but the text that people read. */
function nameFilter({ layer, action, isHard, lifetime, weight, conditions }: Filter): string {
  const parts = conditions.map((one) => JSON.stringify(Object.entries(one).sort())).sort()
  return JSON.stringify([layer, action, isHard, lifetime, weight, parts])
}

function permitCenter(address: string, port: number, program: string | null): Filter {
  const own: readonly FilterCondition[] = program === null ? [] : [{ field: 'program', value: program }]
  return permit(`center ${address} ${port}`, connectTo(address), [
    { field: 'protocol', value: protocols.tcp },
    { field: 'remote-address', value: address },
    { field: 'remote-port', value: port },
    ...own,
  ])
}

/** For every program: Windows' own service asks in the name of all. */
function permitServer(address: string): readonly Filter[] {
  return (['udp', 'tcp'] as const).map((protocol) =>
    permit(`name server ${address} ${protocol}`, connectTo(address), [
      { field: 'protocol', value: protocols[protocol] },
      { field: 'remote-address', value: address },
      { field: 'remote-port', value: 53 },
    ]),
  )
}

function permitLoopback(): readonly Filter[] {
  const layers = ['connect-v4', 'connect-v6', 'accept-v4', 'accept-v6'] as const
  return layers.map((layer) => ({ ...permit('loopback', layer, [{ field: 'loopback' }]), isHard: false }))
}

function permitAddressing(): readonly Filter[] {
  const neighbours = (layer: FilterLayer, types: Readonly<Record<string, number>>) =>
    Object.entries(types).map(([name, type]) =>
      soft(name, layer, [
        { field: 'protocol', value: protocols.icmpv6 },
        { field: 'local-port', value: type },
      ]),
    )
  return [
    ...dhcp('DHCP', ['connect-v4', 'accept-v4'], 68, 67),
    ...dhcp('DHCPv6', ['connect-v6', 'accept-v6'], 546, 547),
    ...neighbours('connect-v6', neighbourTypes.sent),
    ...neighbours('accept-v6', neighbourTypes.received),
  ]
}

function dhcp(name: string, layers: readonly FilterLayer[], local: number, remote: number): readonly Filter[] {
  return layers.map((layer) =>
    soft(name, layer, [
      { field: 'protocol', value: protocols.udp },
      { field: 'local-port', value: local },
      { field: 'remote-port', value: remote },
    ]),
  )
}

function blockAll(): readonly Filter[] {
  return filterLayers.map((layer) => ({
    name: 'all else',
    layer,
    action: 'block',
    isHard: true,
    lifetime: 'persistent',
    weight: weights.block,
    conditions: [],
  }))
}

/** Hard: the town's own firewall may block everything outward, and this way stays open all the same. */
function permit(name: string, layer: FilterLayer, conditions: readonly FilterCondition[]): Filter {
  return { name, layer, action: 'permit', isHard: true, lifetime: 'persistent', weight: weights.permit, conditions }
}

/** What another firewall may still refuse. */
function soft(name: string, layer: FilterLayer, conditions: readonly FilterCondition[]): Filter {
  return { ...permit(name, layer, conditions), isHard: false }
}

function connectTo(address: string): FilterLayer {
  return isIP(address) === 6 ? 'connect-v6' : 'connect-v4'
}

function isEndpoint({ address, port }: Readonly<{ address: string; port: number }>): boolean {
  return isPlainAddress(address) && Number.isInteger(port) && port > 0 && port < 65_536
}

/** Addresses with a zone (`fe80::1%12`) are no filter's. */
function isPlainAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%')
}

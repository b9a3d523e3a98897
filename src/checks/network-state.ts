import { z } from 'zod'
import { isWithin } from './ip-address.ts'

/** What a terminal's network is made of: one shape for both systems. */
export const linkKinds = ['wired', 'wireless', 'mobile', 'bluetooth', 'tunnel', 'virtual', 'loopback'] as const
export type LinkKind = (typeof linkKinds)[number]

export const linkSchema = z.object({
  /** `eth0`, `イーサネット`. */
  name: z.string().max(256),
  kind: z.enum(linkKinds),
  /** Lower case with colons; null where it has none. */
  mac: z.string().max(64).nullable(),
  isUp: z.boolean(),
  isUsb: z.boolean(),
})
export type Link = z.infer<typeof linkSchema>

export const routeSchema = z.object({
  /** `0.0.0.0/0`, `10.1.0.0/16`, `::/0`. */
  to: z.string().max(64),
  /** null: straight to the link. */
  gateway: z.string().max(64).nullable(),
  link: z.string().max(256),
})
export type Route = z.infer<typeof routeSchema>

export const neighbourSchema = z.object({
  address: z.string().max(64),
  mac: z.string().max(64),
  link: z.string().max(256),
})
export type Neighbour = z.infer<typeof neighbourSchema>

export const networkStateSchema = z.object({
  links: z.array(linkSchema).readonly(),
  routes: z.array(routeSchema).readonly(),
  neighbours: z.array(neighbourSchema).readonly(),
})
export type NetworkState = z.infer<typeof networkStateSchema>

/** VPN programs lay two halves over a default route instead of replacing it. */
const wholeWorld = ['0.0.0.0/0', '::/0', '0.0.0.0/1', '128.0.0.0/1', '::/1', '8000::/1', '2000::/3'] as const

export function isDefaultRoute(route: Route): boolean {
  return wholeWorld.some((to) => to === route.to)
}

export function defaultRoutes(state: NetworkState): readonly Route[] {
  return state.routes.filter((route) => isDefaultRoute(route) && isLinkUp(state, route.link))
}

/** A link that no list knows (a dial-up or VPN connection) counts as up: its route is in force. */
export function isLinkUp(state: NetworkState, name: string): boolean {
  return state.links.find((link) => link.name === name)?.isUp ?? true
}

/** The MAC address behind an address of this link; null where the neighbour table does not hold it. */
export function macOf(state: NetworkState, address: string, link?: string): string | null {
  const found = state.neighbours.find(
    (one) => one.address === address && (link === undefined || one.link === link) && one.mac !== noMac,
  )
  return found?.mac ?? null
}

/** The neighbour table changes by itself; of it only the default gateways are judged. */
export function withGatewaysOnly(network: NetworkState): NetworkState {
  const gateways = defaultRoutes(network).map(({ gateway }) => gateway)
  return { ...network, neighbours: network.neighbours.filter(({ address }) => gateways.includes(address)) }
}

/** The route that a packet to this address takes: the longest prefix. */
export function routeTo(state: NetworkState, address: string): Route | null {
  const fitting = state.routes.filter((route) => isWithin(address, route.to))
  return fitting.toSorted((a, b) => prefixLength(b) - prefixLength(a))[0] ?? null
}

export function prefixLength(route: Route): number {
  return Number(route.to.split('/')[1] ?? '0')
}

/** `00-1A-2B-3C-4D-5E`, `001A2B3C4D5E` and `00:1a:2b:3c:4d:5e` as the last; null for anything else or all zeros. */
export function normalizeMac(text: string): string | null {
  const digits = text.trim().replaceAll(/[-:.]/g, '').toLowerCase()
  if (!/^[0-9a-f]{12}$/.test(digits)) return null
  const mac = digits.replaceAll(/(..)(?=.)/g, '$1:')
  return mac === noMac ? null : mac
}

const noMac = '00:00:00:00:00:00'

import { isWithin } from './ip-address.ts'
import { isDefaultRoute, isLinkUp, type Link, type NetworkState, prefixLength, type Route } from './network-state.ts'

/** A network that the terminal has joined: what leads further than its own wire. */
export type Joined = Readonly<{ link: string; kind: Link['kind']; isUsb: boolean; gateways: readonly string[] }>

/**
 * Links with a gateway or a default route; mobile, Bluetooth, USB and tunnel links as soon as they lead anywhere, since
 * what is at their other end is another network by its nature.
 */
export function joinedNetworks(state: NetworkState): readonly Joined[] {
  const names = new Set([...state.links.map(({ name }) => name), ...state.routes.map(({ link }) => link)])
  return [...names].filter((name) => isLinkUp(state, name)).flatMap((name) => joinedBy(state, name))
}

function joinedBy(state: NetworkState, name: string): readonly Joined[] {
  const link = state.links.find((one) => one.name === name)
  const kind = link?.kind ?? 'tunnel'
  const isUsb = link?.isUsb ?? false
  const routes = state.routes.filter((route) => route.link === name)
  const isForeign = isUsb || foreignKinds.some((one) => one === kind)
  const counts =
    routes.some((route) => route.gateway !== null || isDefaultRoute(route)) || (isForeign && routes.some(leadsOut))
  if (kind === 'loopback' || !counts) return []
  return [{ link: name, kind, isUsb, gateways: gatewaysOf(routes) }]
}

const foreignKinds = ['mobile', 'bluetooth', 'tunnel'] as const satisfies readonly Link['kind'][]

/** More than the link-local addresses that every interface gives itself. */
function leadsOut(route: Route): boolean {
  return (
    !isWithin(route.to.split('/')[0] ?? '', 'fe80::/10') && !isWithin(route.to.split('/')[0] ?? '', '169.254.0.0/16')
  )
}

function gatewaysOf(routes: readonly Route[]): readonly string[] {
  const defaults = routes.filter(isDefaultRoute).toSorted((a, b) => prefixLength(a) - prefixLength(b))
  return [...new Set(defaults.flatMap(({ gateway }) => (gateway === null ? [] : [gateway])))]
}

import { parseIpNeighbours, parseIpRoutes, parseProcNetArp } from './iproute.ts'
import type { Link, LinkKind, NetworkState, Route } from './network-state.ts'
import { normalizeMac } from './network-state.ts'
import { parseProcNetIpv6Route, parseProcNetRoute } from './proc-net-route.ts'
import { entriesOf, explainFailure, isMissing, known, outputOf, textOf, unreadable } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'

const linksFolder = '/sys/class/net'

/** `ip` knows what /proc does not: tables other than the main one, and IPv6 neighbours. */
export const linuxNetworkReadings = {
  links: { kind: 'directory', path: linksFolder, depth: 1 },
  routes4: { kind: 'file', path: '/proc/net/route' },
  routes6: { kind: 'file', path: '/proc/net/ipv6_route' },
  allRoutes4: { kind: 'command', program: 'ip', args: ['-4', '-json', 'route', 'show', 'table', 'all'] },
  allRoutes6: { kind: 'command', program: 'ip', args: ['-6', '-json', 'route', 'show', 'table', 'all'] },
  arp: { kind: 'file', path: '/proc/net/arp' },
  neighbours: { kind: 'command', program: 'ip', args: ['-json', 'neigh'] },
} as const satisfies Readings

const maxLinks = 200

/** Attributes of each link; which of them exist tells what it is (Documentation/ABI/testing/sysfs-class-net). */
export function linuxLinkReadings(raws: Raws): Readings {
  return Object.fromEntries(
    linkNames(raws).flatMap((name) => [
      [`link ${name}`, { kind: 'directory', path: `${linksFolder}/${name}/`, depth: 1 } as const],
      ...['address', 'type', 'operstate', 'carrier', 'uevent', 'device/uevent'].map(
        (attribute) => [`${attribute} ${name}`, { kind: 'file', path: `${linksFolder}/${name}/${attribute}` }] as const,
      ),
    ]),
  )
}

export function parseLinuxNetwork(raws: Raws): Parsed<NetworkState> {
  const routes = readRoutes(raws)
  if (entriesOf(raws, 'links') === null) return unreadable(explainFailure(raws, 'links'))
  if (routes === null) return unreadable(explainFailure(raws, 'routes4'))
  return known({ links: linkNames(raws).map((name) => linkOf(raws, name)), routes, neighbours: readNeighbours(raws) })
}

function linkNames(raws: Raws): readonly string[] {
  return (entriesOf(raws, 'links') ?? [])
    .filter(({ path, type }) => !path.includes('/') && type !== 'file') // `bonding_masters` is a file
    .map(({ path }) => path)
    .slice(0, maxLinks)
}

function linkOf(raws: Raws, name: string): Link {
  return {
    name,
    kind: kindOf(raws, name),
    mac: normalizeMac(textOf(raws, `address ${name}`) ?? ''),
    isUp: isUp(raws, name),
    isUsb: /^DEVTYPE=usb_interface$/m.test(textOf(raws, `device/uevent ${name}`) ?? ''),
  }
}

/** `unknown` is what tunnels and dial-up links say while they work; `carrier` cannot be read while a link is down. */
function isUp(raws: Raws, name: string): boolean {
  const state = textOf(raws, `operstate ${name}`)?.trim() ?? ''
  return state === 'up' || (state === 'unknown' && textOf(raws, `carrier ${name}`)?.trim() === '1')
}

const kindsByDevtype: Readonly<Record<string, LinkKind>> = {
  wlan: 'wireless',
  wwan: 'mobile',
  bluetooth: 'bluetooth',
  wireguard: 'tunnel',
}
const loopbackType = 772
/** ARPHRD_ of linux/if_arp.h: PPP, IP in IP, IPv6 in IP, GRE (two), no link layer (tun, wireguard), raw IP. */
const tunnelTypes = [512, 768, 769, 776, 778, 823, 65534, 519]

function kindOf(raws: Raws, name: string): LinkKind {
  const has = (path: string) => (entriesOf(raws, `link ${name}`) ?? []).some((entry) => entry.path === path)
  const type = Number(textOf(raws, `type ${name}`)?.trim() ?? '1')
  const devtype = /^DEVTYPE=(.*)$/m.exec(textOf(raws, `uevent ${name}`) ?? '')?.[1] ?? ''
  if (type === loopbackType) return 'loopback'
  const named = kindsByDevtype[devtype]
  if (named !== undefined) return named
  if (has('wireless') || has('phy80211')) return 'wireless'
  if (has('tun_flags') || tunnelTypes.includes(type)) return 'tunnel'
  return has('device') ? 'wired' : 'virtual'
}

/** IPv6 may be switched off altogether: then its file is not there. */
function readRoutes(raws: Raws): readonly Route[] | null {
  const main4 = textOf(raws, 'routes4')
  const main6 = textOf(raws, 'routes6')
  const all4 = parseIpRoutes(outputOf(raws, 'allRoutes4') ?? 'none', 4)
  const all6 = parseIpRoutes(outputOf(raws, 'allRoutes6') ?? 'none', 6)
  const v4 = all4 ?? (main4 === null ? null : parseProcNetRoute(main4))
  const v6 = all6 ?? (main6 === null ? null : parseProcNetIpv6Route(main6))
  if (v4 === null || (v6 === null && !isMissing(raws, 'routes6'))) return null
  return withoutRepeats([...v4, ...(v6 ?? [])])
}

function withoutRepeats(routes: readonly Route[]): readonly Route[] {
  return [...new Map(routes.map((route) => [JSON.stringify(route), route])).values()]
}

function readNeighbours(raws: Raws): NetworkState['neighbours'] {
  return parseIpNeighbours(outputOf(raws, 'neighbours') ?? 'none') ?? parseProcNetArp(textOf(raws, 'arp') ?? '')
}

import { isLoopback, parseAddress } from './ip-address.ts'
import type { IsolationFacts } from './isolation-facts.ts'
import { judgePlace, type Permitted, type Place } from './network-policy.ts'
import { isDefaultRoute, isLinkUp, macOf, type Route, routeTo } from './network-state.ts'
import type { Peer } from './peers.ts'
import { fail, type Point, pass, untold } from './points.ts'
import type { ProxySetting } from './proxies.ts'
import type { Sentence } from './result.ts'

/** Each route, peer, name server and proxy against the list. An empty list permits nothing. */
export function isolationPoints(facts: IsolationFacts, permitted: readonly Permitted[]): readonly Point[] {
  const overflow = facts.peerCount - facts.peers.length
  return [
    ...routesOut(facts).map((route) => routePoint(facts, route, permitted)),
    ...facts.peers.map((peer) => peerPoint(facts, peer, permitted)),
    ...facts.nameServers.filter((server) => !isLoopback(server)).map((server) => serverPoint(facts, server, permitted)),
    ...facts.proxies.map((proxy) => proxyPoint(facts, proxy, permitted)),
    ...facts.gaps.map((gap, index) => untold(`gap:${index}`, gap)),
    ...(overflow > 0 ? [overflowPoint(overflow)] : []),
  ]
}

/** Routes that leave the wire: by a gateway, or to everywhere. */
function routesOut(facts: IsolationFacts): readonly Route[] {
  const out = facts.routes.filter((route) => route.gateway !== null || isDefaultRoute(route))
  const byName = new Map(out.map((route) => [`${route.gateway ?? ''} ${route.link}`, route] as const))
  return [...byName.values()].filter(({ link }) => isLinkUp(facts, link))
}

function routePoint(facts: IsolationFacts, { gateway, link, to }: Route, permitted: readonly Permitted[]): Point {
  const key = `route:${gateway ?? link}`
  if (gateway === null) {
    return fail(
      key,
      `許可された範囲の外へ出る経路があります: ${to}（${link}、ゲートウェイなし）`,
      `a route leads outside of what is permitted: ${to} (${link}, no gateway)`,
    )
  }
  const mac = macOf(facts, gateway, link)
  const text = {
    ja: `許可されていないゲートウェイへの経路があります: ${withMac(gateway, mac)}（${link}）`,
    en: `a route leads by a gateway that is not permitted: ${withMac(gateway, mac)} (${link})`,
  }
  return pointOf(key, { address: gateway, protocol: 'any', port: null, mac }, permitted, text)
}

function peerPoint(facts: IsolationFacts, peer: Peer, permitted: readonly Permitted[]): Point {
  const { address, protocol, port, direction } = peer
  const mac = macOnWay(facts, address)
  const name = `${formatHost(address)} ${protocol.toUpperCase()} ${port}`
  const text =
    direction === 'out'
      ? {
          ja: `許可されていない相手と通信しています: ${name}`,
          en: `the terminal talks to what is not permitted: ${name}`,
        }
      : {
          ja: `許可されていない相手からの接続を受けています: ${name}`,
          en: `what is not permitted has connected to the terminal: ${name}`,
        }
  return pointOf(`peer:${direction}:${address}:${protocol}/${port}`, { address, protocol, port, mac }, permitted, text)
}

const dnsPort = 53

function serverPoint(facts: IsolationFacts, address: string, permitted: readonly Permitted[]): Point {
  const place: Place = { address, protocol: 'udp', port: dnsPort, mac: macOnWay(facts, address) }
  return pointOf(`dns:${address}`, place, permitted, {
    ja: `許可されていないDNSサーバーが設定されています: ${address}`,
    en: `a name server is set that is not permitted: ${address}`,
  })
}

/** A proxy by name cannot be held to a list of addresses; what it resolves to is seen once it is used. */
function proxyPoint(
  facts: IsolationFacts,
  { host, port, source }: ProxySetting,
  permitted: readonly Permitted[],
): Point {
  const key = `proxy:${host}:${port}`
  if (host === 'localhost' || isLoopback(host)) {
    return pass(key, 'プロキシは端末自身です', 'the proxy is the terminal itself')
  }
  if (parseAddress(host) === null) {
    return untold(key, {
      ja: `プロキシ ${host}:${port} は名前で設定されており、許可された範囲か確認できません（${source}）`,
      en: `the proxy ${host}:${port} is set by name, so it cannot be told whether it is permitted (${source})`,
    })
  }
  return pointOf(key, { address: host, protocol: 'tcp', port, mac: macOnWay(facts, host) }, permitted, {
    ja: `許可されていないプロキシが設定されています: ${formatHost(host)}:${port}（${source}）`,
    en: `a proxy is set that is not permitted: ${formatHost(host)}:${port} (${source})`,
  })
}

function pointOf(key: string, place: Place, permitted: readonly Permitted[], outside: Sentence): Point {
  const answer = judgePlace(place, permitted)
  if (answer === 'permitted') return pass(key, `${place.address} は許可されています`, `${place.address} is permitted`)
  if (answer === 'outside') return fail(key, outside.ja, outside.en)
  return untold(key, {
    ja: `${place.address} のMACアドレスが分からず、許可された相手か確認できません`,
    en: `the MAC address of ${place.address} is not known, so it cannot be told whether it is permitted`,
  })
}

/** Of the machine itself where it is on the same wire, else of the gateway on the way to it. */
function macOnWay(facts: IsolationFacts, address: string): string | null {
  const own = macOf(facts, address)
  if (own !== null) return own
  const gateway = routeTo(facts, address)?.gateway ?? null
  return gateway === null ? null : macOf(facts, gateway)
}

function overflowPoint(count: number): Point {
  return untold('peers', {
    ja: `通信相手が多いため、${count}件を確認できていません`,
    en: `${count} more peers were not looked at`,
  })
}

function formatHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}

function withMac(address: string, mac: string | null): string {
  return mac === null ? address : `${address}・${mac}`
}

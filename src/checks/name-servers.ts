import { isLoopback, normalizeAddress } from './ip-address.ts'
import { explainFailure, isMissing, textOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import type { Sentence } from './result.ts'

/** Where a resolver of the terminal itself (systemd-resolved, NetworkManager's dnsmasq) keeps the servers that it asks. */
export const nameServerReadings = {
  resolv: { kind: 'file', path: '/etc/resolv.conf' },
  resolved: { kind: 'file', path: '/run/systemd/resolve/resolv.conf' },
  nmResolv: { kind: 'file', path: '/run/NetworkManager/no-stub-resolv.conf' },
} as const satisfies Readings

export type NameServers = Readonly<{ servers: readonly string[]; gaps: readonly Sentence[] }>

export function parseNameServers(raws: Raws): NameServers {
  const text = textOf(raws, 'resolv')
  if (text === null) {
    return { servers: [], gaps: isMissing(raws, 'resolv') ? [] : [explainFailure(raws, 'resolv')] }
  }
  const named = parseResolvConf(text)
  const others = named.filter((server) => !isLoopback(server))
  if (others.length === named.length) return { servers: others, gaps: [] }
  const upstream = ['resolved', 'nmResolv'].flatMap((name) => parseResolvConf(textOf(raws, name) ?? ''))
  const servers = [...new Set([...others, ...upstream.filter((server) => !isLoopback(server))])]
  return { servers, gaps: servers.length > 0 ? [] : [upstreamGap] }
}

/** resolv.conf(5). */
export function parseResolvConf(text: string): readonly string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(([, address = '']) => normalizeAddress(address))
}

const upstreamGap = {
  ja: '端末内のDNS中継が、どのDNSサーバーに問い合わせているか確認できません',
  en: 'which name servers the resolver of the terminal itself asks cannot be told',
}

import { defineCheck, type JudgeContext, type Judgement } from './check.ts'
import { firewallPoint } from './firewall.ts'
import { type IsolationFacts, isolationFacts, isolationSchema } from './isolation-facts.ts'
import { isolationPoints } from './isolation-points.ts'
import { linuxFirewallMore, linuxFirewallReadings, parseLinuxFirewall } from './linux-firewall.ts'
import { linuxLinkReadings, linuxNetworkReadings, parseLinuxNetwork } from './linux-network.ts'
import { linuxProxyMore, linuxProxyReadings, parseLinuxProxies } from './linux-proxies.ts'
import { linuxSocketReadings, parseLinuxSockets } from './linux-sockets.ts'
import { nameServerReadings, parseNameServers } from './name-servers.ts'
import { judgePoints } from './points.ts'
import { known } from './raw.ts'
import type { Parsed, Raws } from './reading.ts'
import { firewallKeys, parseWindowsFirewall, windowsFirewallReadings } from './windows-firewall.ts'
import { parseWindowsNameServers, windowsNameServerReadings } from './windows-name-servers.ts'
import { parseWindowsNetwork, windowsNetworkReadings } from './windows-network.ts'
import { parseWindowsProxies, windowsProxyMore, windowsProxyReadings } from './windows-proxies.ts'
import { parseWindowsSockets, windowsSocketReadings } from './windows-sockets.ts'

/** Routes, peers, name servers and proxies within what is permitted; and a firewall, where the policy wants one. */
export const netIsolation = defineCheck({
  id: 'net.isolation',
  schema: isolationSchema,
  triggers: ['network'],
  linux: {
    readings: () => ({
      ...linuxNetworkReadings,
      ...linuxSocketReadings,
      ...nameServerReadings,
      ...linuxProxyReadings,
      ...linuxFirewallReadings,
    }),
    more: (raws) => ({ ...linuxLinkReadings(raws), ...linuxProxyMore(raws), ...linuxFirewallMore(raws) }),
    parse: parseLinux,
  },
  windows: {
    readings: () => ({
      ...windowsNetworkReadings,
      ...windowsSocketReadings,
      ...windowsNameServerReadings,
      ...windowsProxyReadings,
      ...windowsFirewallReadings,
    }),
    more: windowsProxyMore,
    parse: parseWindows,
    watch: () => firewallKeys,
  },
  judge: judgeIsolation,
  remedy: {
    ja: '許可された範囲の外への経路・通信・DNS・プロキシを取り除いてください。業務に必要な通信先であれば、ネットワーク管理者が相手のIPアドレス・MACアドレス・ポート番号を確認し、ポリシーの network.isolation.permitted に加えます。ファイアウォールが無効のときは、有効にしてください（Linux: ufw 又は nftables、Windows: セキュリティが強化された Windows Defender ファイアウォール）。',
    en: 'Take away routes, connections, name servers and proxies that lead outside of what is permitted. Where the work needs one, the network administrator checks its IP address, MAC address and port and adds it to network.isolation.permitted of the policy. Where the firewall is off, switch it on (Linux: ufw or nftables; Windows: Windows Defender Firewall with Advanced Security).',
  },
})

function judgeIsolation(facts: IsolationFacts, context: JudgeContext): Judgement | null {
  const { firewall, isolation } = context.policy.network
  const points = [
    ...(firewall ? [firewallPoint(facts.firewall)] : []),
    ...(isolation.judged ? isolationPoints(facts, isolation.permitted) : []),
  ]
  if (!isolation.judged) {
    // A firewall alone proves no isolation: without a list of what may be reached nothing is answered but its absence.
    const wall = judgePoints(points, { ja: 'ファイアウォールが有効です', en: 'the firewall is on' })
    return wall?.outcome === 'pass' ? null : wall
  }
  return judgePoints(points, {
    ja: `経路・通信相手（${facts.peerCount}件）・DNS・プロキシは、すべて許可された範囲です`,
    en: `routes, peers (${facts.peerCount}), name servers and proxies are all within what is permitted`,
  })
}

function parseLinux(raws: Raws): Parsed<IsolationFacts> {
  const network = parseLinuxNetwork(raws)
  const sockets = parseLinuxSockets(raws)
  if (!network.ok) return network
  if (!sockets.ok) return sockets
  const names = parseNameServers(raws)
  const proxies = parseLinuxProxies(raws)
  const firewall = parseLinuxFirewall(raws)
  return known(isolationFacts({ network: network.facts, sockets: sockets.facts, names, proxies, firewall }))
}

function parseWindows(raws: Raws): Parsed<IsolationFacts> {
  const network = parseWindowsNetwork(raws)
  const sockets = parseWindowsSockets(raws)
  if (!network.ok) return network
  if (!sockets.ok) return sockets
  const names = parseWindowsNameServers(raws)
  const proxies = parseWindowsProxies(raws)
  const firewall = parseWindowsFirewall(raws)
  return known(isolationFacts({ network: network.facts, sockets: sockets.facts, names, proxies, firewall }))
}

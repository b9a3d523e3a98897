import { z } from 'zod'
import { type Firewall, firewallSchema } from './firewall.ts'
import { type NetworkState, networkStateSchema } from './network-state.ts'
import { peerSchema, peersOf } from './peers.ts'
import { type ProxySetting, proxySchema } from './proxies.ts'
import { type Sentence, sentenceSchema } from './result.ts'
import type { Socket } from './socket.ts'

export const isolationSchema = z.object({
  ...networkStateSchema.shape,
  /** The first 500; `peerCount` tells of the rest. */
  peers: z.array(peerSchema).readonly(),
  peerCount: z.int().min(0),
  nameServers: z.array(z.string().max(64)).readonly(),
  proxies: z.array(proxySchema).readonly(),
  firewall: firewallSchema,
  gaps: z.array(sentenceSchema).readonly(),
})
export type IsolationFacts = z.infer<typeof isolationSchema>

/** More than a terminal talks with at once. */
const maxPeers = 500

/** Only what is judged: of the neighbour table the gateways and the peers, since the rest changes by itself. */
export function isolationFacts(
  read: Readonly<{
    network: NetworkState
    sockets: readonly Socket[]
    names: Readonly<{ servers: readonly string[]; gaps: readonly Sentence[] }>
    proxies: Readonly<{ proxies: readonly ProxySetting[]; gaps: readonly Sentence[] }>
    firewall: Firewall
  }>,
): IsolationFacts {
  const peers = peersOf(read.sockets)
  const gateways = read.network.routes.flatMap(({ gateway }) => gateway ?? [])
  const judged = new Set([...gateways, ...peers.map(({ address }) => address), ...read.names.servers])
  return {
    ...read.network,
    neighbours: read.network.neighbours.filter(({ address }) => judged.has(address)),
    peers: peers.slice(0, maxPeers),
    peerCount: peers.length,
    nameServers: read.names.servers,
    proxies: read.proxies.proxies,
    firewall: read.firewall,
    gaps: [...read.names.gaps, ...read.proxies.gaps],
  }
}

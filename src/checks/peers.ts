import { z } from 'zod'
import { isOtherHost } from './ip-address.ts'
import type { Socket } from './socket.ts'

/** A machine that the terminal talks with, by the port of the service, whichever side offers it. */
export const peerSchema = z.object({
  address: z.string().max(64),
  protocol: z.enum(['tcp', 'udp']),
  port: z.int().min(0).max(65535),
  direction: z.enum(['out', 'in']),
})
export type Peer = z.infer<typeof peerSchema>

/** Each once, in a fixed order, so that facts change only when the peers do. The terminal's own addresses are none. */
export function peersOf(sockets: readonly Socket[]): readonly Peer[] {
  const offered = new Set(sockets.filter(({ state }) => state === 'listening').map((socket) => portOf(socket)))
  const peers = sockets.filter(isWithOther).map((socket): Peer => {
    const isIncoming = socket.protocol === 'tcp' && offered.has(portOf(socket))
    return {
      address: socket.remote,
      protocol: socket.protocol,
      port: isIncoming ? socket.localPort : socket.remotePort,
      direction: isIncoming ? 'in' : 'out',
    }
  })
  const byName = new Map(peers.map((peer) => [formatPeer(peer), peer] as const))
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, peer]) => peer)
}

/** Sockets that are open or being opened to another machine. */
export function isWithOther(socket: Socket): boolean {
  return socket.state !== 'listening' && isOtherHost(socket.remote) && socket.remote !== socket.local
}

export function formatPeer({ address, protocol, port, direction }: Peer): string {
  return `${direction} ${protocol} ${address} ${port}`
}

function portOf({ protocol, localPort }: Socket): string {
  return `${protocol} ${localPort}`
}

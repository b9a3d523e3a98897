import { formatAddress, normalizeAddress, parseAddress } from './ip-address.ts'
import { littleEndianV4 } from './proc-net-route.ts'
import type { Socket } from './socket.ts'

/** States of net/tcp_states.h; an unconnected UDP socket that receives is `07`. */
const tcpStates: Readonly<Record<string, Socket['state']>> = {
  '01': 'established',
  '02': 'opening',
  '0A': 'listening',
}

/** `/proc/net/tcp`, `tcp6`, `udp`, `udp6`. Sockets on their way out (TIME_WAIT and its like) are left aside. */
export function parseProcNetSockets(text: string, protocol: Socket['protocol']): readonly Socket[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([, local = '', remote = '', state = '', , , , uid = '']) => socketOf(protocol, local, remote, state, uid))
}

function socketOf(
  protocol: Socket['protocol'],
  localText: string,
  remoteText: string,
  code: string,
  uid: string,
): Socket[] {
  const local = endpointOf(localText)
  const remote = endpointOf(remoteText)
  if (local === null || remote === null) return []
  const state = protocol === 'tcp' ? tcpStates[code] : udpState(remote.port)
  if (state === undefined) return []
  return [
    {
      protocol,
      state,
      local: local.address,
      localPort: local.port,
      remote: remote.address,
      remotePort: remote.port,
      program: '',
      uid: /^\d+$/.test(uid) ? Number(uid) : null,
    },
  ]
}

function udpState(remotePort: number): Socket['state'] {
  return remotePort === 0 ? 'listening' : 'established'
}

function endpointOf(text: string): Readonly<{ address: string; port: number }> | null {
  const [, host = '', port = ''] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/i.exec(text) ?? []
  if (host === '') return null
  const address = host.length === 8 ? littleEndianV4(host) : wordsV6(host)
  return { address, port: Number.parseInt(port, 16) }
}

/** Four 32-bit words, each in the machine's byte order. */
function wordsV6(hex: string): string {
  const bigEndian = (hex.match(/.{8}/g) ?? []).map((word) => (word.match(/../g) ?? []).toReversed().join('')).join('')
  const text = formatAddress({ family: 6, value: BigInt(`0x${bigEndian}`) })
  return parseAddress(text)?.family === 4 ? normalizeAddress(text) : text
}

import { normalizeAddress } from './ip-address.ts'
import { explainFailure, known, rowsOf, unreadable } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'
import { numberIn, type Row, textIn } from './row.ts'
import type { Socket } from './socket.ts'

export const windowsSocketReadings = {
  tcp: { kind: 'table', table: 'tcp' },
  udp: { kind: 'table', table: 'udp' },
} as const satisfies Readings

/** MIB_TCP_STATE (tcpmib.h); MSFT_NetTCPConnection counts the same way. */
const tcpStates: Readonly<Record<number, Socket['state']>> = { 2: 'listening', 3: 'opening', 5: 'established' }

/** Windows does not tell the peers of UDP sockets. */
export function parseWindowsSockets(raws: Raws): Parsed<readonly Socket[]> {
  const tcp = rowsOf(raws, 'tcp')
  const udp = rowsOf(raws, 'udp')
  if (tcp === null) return unreadable(explainFailure(raws, 'tcp'))
  if (udp === null) return unreadable(explainFailure(raws, 'udp'))
  // Every Windows listens for its own services (RPC, port 135): with no socket at all, nothing was told.
  if (tcp.length + udp.length === 0) return unreadable(noSockets)
  return known([
    ...tcp.flatMap((row) => {
      const state = tcpStates[numberIn(row, 'State') ?? 0]
      return state === undefined ? [] : [socketOf(row, 'tcp', state)]
    }),
    ...udp.map((row) => socketOf(row, 'udp', 'listening')),
  ])
}

const noSockets = {
  ja: 'Windows が通信の一覧を返しません（1件もありません）',
  en: 'Windows told of no socket at all, which cannot be',
} as const

function socketOf(row: Row, protocol: Socket['protocol'], state: Socket['state']): Socket {
  return {
    protocol,
    state,
    local: normalizeAddress(textIn(row, 'LocalAddress') ?? '::'),
    localPort: numberIn(row, 'LocalPort') ?? 0,
    remote: normalizeAddress(textIn(row, 'RemoteAddress') ?? '::'),
    remotePort: numberIn(row, 'RemotePort') ?? 0,
    program: textIn(row, 'ProcessName') ?? '',
    uid: null,
  }
}

import { normalizeAddress } from './ip-address.ts'
import { explainFailure, known, rowsOf, unreadable } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'
import { numberIn, type Row, textIn } from './row.ts'
import type { Socket } from './socket.ts'
import { cimNetwork } from './windows-network.ts'

export const windowsSocketReadings = {
  tcp: {
    kind: 'query',
    namespace: cimNetwork,
    query: 'SELECT LocalAddress, LocalPort, RemoteAddress, RemotePort, State, OwningProcess FROM MSFT_NetTCPConnection',
  },
  udp: {
    kind: 'query',
    namespace: cimNetwork,
    query: 'SELECT LocalAddress, LocalPort, OwningProcess FROM MSFT_NetUDPEndpoint',
  },
  processes: { kind: 'query', namespace: 'root\\CIMV2', query: 'SELECT ProcessId, Name FROM Win32_Process' },
} as const satisfies Readings

/** `State` of MSFT_NetTCPConnection. */
const tcpStates: Readonly<Record<number, Socket['state']>> = { 2: 'listening', 3: 'opening', 5: 'established' }

/** Windows does not tell the peers of UDP sockets. */
export function parseWindowsSockets(raws: Raws): Parsed<readonly Socket[]> {
  const tcp = rowsOf(raws, 'tcp')
  const udp = rowsOf(raws, 'udp')
  if (tcp === null) return unreadable(explainFailure(raws, 'tcp'))
  if (udp === null) return unreadable(explainFailure(raws, 'udp'))
  const names = new Map(
    (rowsOf(raws, 'processes') ?? []).map((row) => [numberIn(row, 'ProcessId'), textIn(row, 'Name')]),
  )
  const programOf = (row: Row) => names.get(numberIn(row, 'OwningProcess')) ?? ''
  return known([
    ...tcp.flatMap((row) => {
      const state = tcpStates[numberIn(row, 'State') ?? 0]
      return state === undefined ? [] : [socketOf(row, 'tcp', state, programOf(row))]
    }),
    ...udp.map((row) => socketOf(row, 'udp', 'listening', programOf(row))),
  ])
}

function socketOf(row: Row, protocol: Socket['protocol'], state: Socket['state'], program: string): Socket {
  return {
    protocol,
    state,
    local: normalizeAddress(textIn(row, 'LocalAddress') ?? '::'),
    localPort: numberIn(row, 'LocalPort') ?? 0,
    remote: normalizeAddress(textIn(row, 'RemoteAddress') ?? '::'),
    remotePort: numberIn(row, 'RemotePort') ?? 0,
    program,
    uid: null,
  }
}

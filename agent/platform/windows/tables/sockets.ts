import { readExtendedTable, splitRows } from '../win32/ip-helper.ts'
import { readProcessNames } from '../win32/processes.ts'
import type { TableRow } from './row.ts'
import { ipv4Text, ipv6Text } from './socket-address.ts'

/** TCP_TABLE_OWNER_PID_ALL, UDP_TABLE_OWNER_PID (iprtrmib.h); AF_INET, AF_INET6. */
const kinds = { tcp: 5, udp: 1 } as const
const families = { inet: 2, inet6: 23 } as const
const countBytes = 4

export function readTcpTable(): readonly TableRow[] {
  const rows = [
    ...tcpRows(readExtendedTable('GetExtendedTcpTable', families.inet, kinds.tcp)),
    ...tcp6Rows(readExtendedTable('GetExtendedTcpTable', families.inet6, kinds.tcp)),
  ]
  return withNames(rows)
}

export function readUdpTable(): readonly TableRow[] {
  const rows = [
    ...udpRows(readExtendedTable('GetExtendedUdpTable', families.inet, kinds.udp)),
    ...udp6Rows(readExtendedTable('GetExtendedUdpTable', families.inet6, kinds.udp)),
  ]
  return withNames(rows)
}

type Owned = TableRow & Readonly<{ OwningProcess: number }>

/** MIB_TCPROW_OWNER_PID: six numbers of 32 bits; ports in the network's order. */
export function tcpRows(table: Buffer): readonly Owned[] {
  return rowsIn(table, 24).map((row) => ({
    State: row.readUInt32LE(0),
    LocalAddress: ipv4Text(row.subarray(4)),
    LocalPort: row.readUInt16BE(8),
    RemoteAddress: ipv4Text(row.subarray(12)),
    RemotePort: row.readUInt16BE(16),
    OwningProcess: row.readUInt32LE(20),
  }))
}

/** MIB_TCP6ROW_OWNER_PID: address, scope and port of both ends, state, process. */
export function tcp6Rows(table: Buffer): readonly Owned[] {
  return rowsIn(table, 56).map((row) => ({
    LocalAddress: ipv6Text(row),
    LocalPort: row.readUInt16BE(20),
    RemoteAddress: ipv6Text(row.subarray(24)),
    RemotePort: row.readUInt16BE(44),
    State: row.readUInt32LE(48),
    OwningProcess: row.readUInt32LE(52),
  }))
}

/** MIB_UDPROW_OWNER_PID */
export function udpRows(table: Buffer): readonly Owned[] {
  return rowsIn(table, 12).map((row) => ({
    LocalAddress: ipv4Text(row),
    LocalPort: row.readUInt16BE(4),
    OwningProcess: row.readUInt32LE(8),
  }))
}

/** MIB_UDP6ROW_OWNER_PID */
export function udp6Rows(table: Buffer): readonly Owned[] {
  return rowsIn(table, 28).map((row) => ({
    LocalAddress: ipv6Text(row),
    LocalPort: row.readUInt16BE(20),
    OwningProcess: row.readUInt32LE(24),
  }))
}

/** The count, then the rows; the buffer may be larger than what is in it. */
function rowsIn(table: Buffer, rowBytes: number): readonly Buffer[] {
  const count = Math.min(table.readUInt32LE(0), Math.floor((table.length - countBytes) / rowBytes))
  return splitRows(table.subarray(countBytes, countBytes + count * rowBytes), rowBytes)
}

function withNames(rows: readonly Owned[]): readonly TableRow[] {
  const names = readProcessNames()
  return rows.map((row) => ({ ...row, ProcessName: names.get(row.OwningProcess) ?? '' }))
}

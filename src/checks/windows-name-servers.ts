import { isLoopback, normalizeAddress, parseAddress } from './ip-address.ts'
import type { NameServers } from './name-servers.ts'
import { explainFailure, rowsOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import type { Row } from './row.ts'

export const windowsNameServerReadings = {
  nameServers: { kind: 'table', table: 'name-servers' },
} as const satisfies Readings

/** What Windows puts where no server is set (site-local, RFC 3879): nobody answers there. */
const unset = ['fec0:0:0:ffff::1', 'fec0:0:0:ffff::2', 'fec0:0:0:ffff::3']

export function parseWindowsNameServers(raws: Raws): NameServers {
  const rows = rowsOf(raws, 'nameServers')
  if (rows === null) return { servers: [], gaps: [explainFailure(raws, 'nameServers')] }
  const servers = rows.flatMap(addressesIn).filter((server) => !unset.includes(server) && !isLoopback(server))
  return { servers: [...new Set(servers)], gaps: [] }
}

function addressesIn(row: Row): readonly string[] {
  const value = row.ServerAddresses
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.flatMap((one) => (typeof one === 'string' && parseAddress(one) !== null ? [normalizeAddress(one)] : []))
}

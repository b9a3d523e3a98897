import { readAdapters } from '../win32/ip-helper.ts'
import { readWideText } from '../win32/memory.ts'
import type { TableRow } from './row.ts'
import { socketAddressText } from './socket-address.ts'

/** The name servers of each interface, as the resolver uses them. */
export function readNameServers(): readonly TableRow[] {
  return readAdapters((adapters) =>
    adapters.map(({ index, name, addresses }) => ({
      InterfaceIndex: index,
      InterfaceAlias: readWideText(name),
      ServerAddresses: addresses.map(socketAddressText).filter((address) => address !== ''),
    })),
  )
}

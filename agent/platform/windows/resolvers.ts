import { Resolver } from 'node:dns'
import { isIP } from 'node:net'
import { shortestAddress } from './quarantine-filters.ts'

const maxResolvers = 8
/** What Windows fills in over IPv6 where nobody set a server (RFC 3879 took the site-local addresses out of use). */
const placeholder = 'fec0:0:0:ffff::'

/** As the adapters that are up are set up with ("GetAdaptersAddresses function"), asked anew by each new resolver. */
export function readResolvers(servers: readonly string[] = new Resolver().getServers()): readonly string[] {
  return [...new Set(servers.map(withoutPort))].filter(isServer).slice(0, maxResolvers)
}

/** `[fd00::53]:5353` and `10.0.0.53:5353`: the quarantine lets only port 53 through, which is told by leaving them out. */
function withoutPort(server: string): string {
  return server.replace(/^\[(.+)\]:53$/, '$1')
}

/** Addresses with a zone (`fe80::1%12`) are no filter's; the machine's own are reachable anyway. */
function isServer(address: string): boolean {
  const isOwn = address.startsWith('127.') || address === '::1'
  return isIP(address) !== 0 && !address.includes('%') && !isOwn && !shortestAddress(address).startsWith(placeholder)
}

import { type WindowsTable, windowsTables } from '../../../../src/checks/reading.ts'
import { TanmoriError } from '../../../../src/errors.ts'
import type { TableRow } from './row.ts'

type Rows = readonly TableRow[]

/** @throws TanmoriError `platform.unsupported` where this Windows has no such table, ComError, Win32Error */
export async function readTable(name: string): Promise<Rows> {
  const table = windowsTables.find((one) => one === name)
  if (table === undefined) throw new TanmoriError('platform.unsupported', `no table is called ${name}`)
  return await readers[table]()
}

const readers: Readonly<Record<WindowsTable, () => Promise<Rows>>> = {
  tcp: async () => (await import('./sockets.ts')).readTcpTable(),
  udp: async () => (await import('./sockets.ts')).readUdpTable(),
  interfaces: async () => (await import('./network.ts')).readInterfaces(),
  routes: async () => (await import('./network.ts')).readRoutes(),
  neighbours: async () => (await import('./network.ts')).readNeighbours(),
  'name-servers': async () => (await import('./name-servers.ts')).readNameServers(),
  wireless: async () => (await import('./wireless.ts')).readWireless(),
  'firewall-profiles': async () => (await import('./firewall-profiles.ts')).readFirewallProfiles(),
  'security-providers': async () => (await import('./security-providers.ts')).readSecurityProviders(),
  'missing-updates': async () => (await import('./missing-updates.ts')).readMissingUpdates(),
  'sign-in-rules': async () => (await import('./accounts.ts')).readSignInRules(),
  'local-users': async () => (await import('./accounts.ts')).readLocalUsers(),
  administrators: async () => (await import('./accounts.ts')).readAdministrators(),
  'audit-policy': async () => (await import('./audit-policy.ts')).readAuditPolicy(),
}

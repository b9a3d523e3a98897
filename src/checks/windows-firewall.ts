import type { Firewall } from './firewall.ts'
import { explainFailure, isMissing, keysOf, rowsOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { flagIn, numberIn, textIn } from './row.ts'

const localKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy'
const groupKey = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall'

/**
 * The firewall's own word for what is in force; where it gives none, its registry, in which the group policy's key overrides
 * the local one. `mpssvc` is the service without which neither means anything.
 */
export const windowsFirewallReadings = {
  firewallInForce: { kind: 'table', table: 'firewall-profiles' },
  firewallLocal: { kind: 'registry', key: localKey, depth: 1 },
  firewallGroup: { kind: 'registry', key: groupKey, depth: 1 },
  firewallService: {
    kind: 'query',
    namespace: 'root\\CIMV2',
    query: "SELECT Name, State FROM Win32_Service WHERE Name = 'mpssvc'",
  },
  firewallProducts: {
    kind: 'query',
    namespace: 'root\\SecurityCenter2',
    query: 'SELECT displayName, productState FROM FirewallProduct',
  },
} as const satisfies Readings

export const firewallKeys: readonly string[] = [localKey, groupKey]

/** The private profile is `StandardProfile` in the local key (its older name), `PrivateProfile` in the group policy's. */
const profiles = [
  { name: 'DomainProfile', inGroup: ['DomainProfile'] },
  { name: 'StandardProfile', inGroup: ['PrivateProfile', 'StandardProfile'] },
  { name: 'PublicProfile', inGroup: ['PublicProfile'] },
] as const
type Profile = (typeof profiles)[number]
const windowsOwn = 'Windows Defender Firewall'

/** A product of another maker that Security Center calls active stands for Windows' own, which it switches off. */
export function parseWindowsFirewall(raws: Raws): Firewall {
  const product = (rowsOf(raws, 'firewallProducts') ?? []).find((row) => isActive(numberIn(row, 'productState')))
  if (product !== undefined) return { state: 'on', by: textIn(product, 'displayName') ?? 'FirewallProduct' }
  const [service] = rowsOf(raws, 'firewallService') ?? []
  if (service !== undefined && textIn(service, 'State') !== 'Running') return offBy('mpssvc')
  return inForce(raws) ?? inRegistry(raws, service === undefined)
}

/** Null where the firewall does not say it of every profile. */
function inForce(raws: Raws): Firewall | null {
  const rows = rowsOf(raws, 'firewallInForce') ?? []
  const told = profiles.map(({ name }) => ({ name, row: rows.find((row) => textIn(row, 'Profile') === name) ?? {} }))
  if (told.some(({ row }) => flagIn(row, 'Enabled') === null)) return null
  const off = told.filter(({ row }) => flagIn(row, 'Enabled') === false)
  if (off.length > 0) return offBy(off.map(({ name }) => name).join('・'))
  const open = told.filter(({ row }) => flagIn(row, 'RefusesInbound') === false)
  if (open.length > 0) return offBy(open.map(({ name }) => `${name} DefaultInboundAction`).join('・'))
  return { state: 'on', by: windowsOwn }
}

function inRegistry(raws: Raws, isServiceUnknown: boolean): Firewall {
  if (keysOf(raws, 'firewallLocal') === null) return { state: 'unknown', reason: explainFailure(raws, 'firewallLocal') }
  if (keysOf(raws, 'firewallGroup') === null && !isMissing(raws, 'firewallGroup')) {
    return { state: 'unknown', reason: explainFailure(raws, 'firewallGroup') }
  }
  const off = profiles.filter((profile) => settingIn(raws, profile, 'EnableFirewall') !== 1)
  if (off.length > 0) return offBy(off.map(({ name }) => name).join('・'))
  // 1, which is meant where it is left out, refuses what no rule lets in (Group Policy: Firewall, "DefaultInboundAction").
  const open = profiles.filter((profile) => settingIn(raws, profile, 'DefaultInboundAction') === 0)
  if (open.length > 0) return offBy(open.map(({ name }) => `${name} DefaultInboundAction`).join('・'))
  if (isServiceUnknown) return { state: 'unknown', reason: explainService(raws) }
  return { state: 'on', by: windowsOwn }
}

function explainService(raws: Raws) {
  if (rowsOf(raws, 'firewallService') === null) return explainFailure(raws, 'firewallService')
  return {
    ja: 'ファイアウォールのサービス（mpssvc）がありません',
    en: 'there is no firewall service (mpssvc)',
  }
}

function offBy(what: string): Firewall {
  return { state: 'off', by: `${windowsOwn}: ${what}`.slice(0, 200) }
}

function settingIn(raws: Raws, { name, inGroup }: Profile, value: string): number | null {
  const byGroup = inGroup.map((one) => valueIn(raws, 'firewallGroup', one, value)).find((one) => one !== null)
  return byGroup ?? valueIn(raws, 'firewallLocal', name, value)
}

function valueIn(raws: Raws, reading: string, profile: string, value: string): number | null {
  const key = (keysOf(raws, reading) ?? []).find(({ path }) =>
    path.toLowerCase().endsWith(`\\${profile.toLowerCase()}`),
  )
  return key === undefined ? null : numberIn(key.values, value)
}

/** Bits 12 to 15 of `productState`: 1 is on. Not documented by Microsoft, agreed on by those who read it. */
function isActive(state: number | null): boolean {
  return state !== null && (state & 0xf000) === 0x1000
}

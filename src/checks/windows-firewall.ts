import type { Firewall } from './firewall.ts'
import { explainFailure, keysOf, rowsOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { numberIn, textIn } from './row.ts'

const localKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy'

/** The group policy's key overrides the local one; `mpssvc` is the service without which neither means anything. */
export const windowsFirewallReadings = {
  firewallLocal: { kind: 'registry', key: localKey, depth: 1 },
  firewallGroup: { kind: 'registry', key: 'HKLM\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall', depth: 1 },
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

/** `Standard` is the private profile's older name. */
const profiles = ['DomainProfile', 'StandardProfile', 'PublicProfile'] as const

/** A product of another maker that Security Center calls active stands for Windows' own, which it switches off. */
export function parseWindowsFirewall(raws: Raws): Firewall {
  const product = (rowsOf(raws, 'firewallProducts') ?? []).find((row) => isActive(numberIn(row, 'productState')))
  if (product !== undefined) return { state: 'on', by: textIn(product, 'displayName') ?? 'FirewallProduct' }
  const local = keysOf(raws, 'firewallLocal')
  if (local === null) return { state: 'unknown', reason: explainFailure(raws, 'firewallLocal') }
  const [service] = rowsOf(raws, 'firewallService') ?? []
  const isStopped = service !== undefined && textIn(service, 'State') !== 'Running'
  const off = profiles.filter((profile) => !isEnabled(raws, profile))
  if (isStopped) return { state: 'off', by: 'Windows Defender Firewall: mpssvc' }
  if (off.length > 0) return { state: 'off', by: `Windows Defender Firewall: ${off.join('・')}` }
  if (service === undefined) return { state: 'unknown', reason: explainFailure(raws, 'firewallService') }
  return { state: 'on', by: 'Windows Defender Firewall' }
}

function isEnabled(raws: Raws, profile: string): boolean {
  const inGroup = valueIn(raws, 'firewallGroup', profile)
  return (inGroup ?? valueIn(raws, 'firewallLocal', profile)) === 1
}

function valueIn(raws: Raws, name: string, profile: string): number | null {
  const key = (keysOf(raws, name) ?? []).find(({ path }) => path.toLowerCase().endsWith(`\\${profile.toLowerCase()}`))
  return key === undefined ? null : numberIn(key.values, 'EnableFirewall')
}

/** Bits 12 to 15 of `productState`: 1 is on. Not documented by Microsoft, agreed on by those who read it. */
function isActive(state: number | null): boolean {
  return state !== null && (state & 0xf000) === 0x1000
}

import { checkResult } from '../win32/com.ts'
import { loadSystemLibrary } from '../win32/library.ts'
import type { TableRow } from './row.ts'

/** WSC_SECURITY_PROVIDER (wscapi.h). */
export const securityProviders = { firewall: 1, 'automatic-updates': 2, antivirus: 4 } as const
const serviceDown = 1

/**
 * What the Security Center says of each kind of protection: 0 good, 1 not monitored, 2 poor, 3 snoozed; null where its
 * service does not run (S_FALSE). Windows Server has no Security Center.
 */
export function readSecurityProviders(): readonly TableRow[] {
  const read: (providers: number, health: [number | null]) => number = loadSystemLibrary('wscapi').func(
    'int32_t __stdcall WscGetSecurityProviderHealth(uint32_t providers, _Out_ int *health)',
  )
  return Object.entries(securityProviders).map(([name, provider]) => {
    const health: [number | null] = [null]
    const code = checkResult(read(provider, health), 'WscGetSecurityProviderHealth')
    return { Provider: name, Health: code === serviceDown ? null : health[0] }
  })
}

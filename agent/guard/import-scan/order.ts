import type { DeviceClass } from '../../../src/policy/device.ts'
import { isMediaClass } from '../../../src/policy/media-class.ts'
import type { Policy } from '../../../src/policy/schema.ts'
import type { Verdict } from '../../../src/policy/verdict.ts'

export type ScanOrder = Policy['media']['importScan']

/** What the policy asks of media before they are read; null where it asks nothing, or only observes. */
export function scanOrder(policy: Policy | null): ScanOrder | null {
  if (policy === null || !policy.media.importScan.enabled) return null
  const mode = policy.modes['media.import-scan'] ?? policy.mode
  return mode === 'enforce' ? policy.media.importScan : null
}

/** The order for one function: a medium that is open to its user, whatever rule opened it. */
export function scanOrderFor(policy: Policy | null, verdict: Pick<Verdict, 'access' | 'class'>): ScanOrder | null {
  return verdict.access !== 'block' && isMediaClass(verdict.class) ? scanOrder(policy) : null
}

/** Phones and cameras speak MTP and have no volume that anybody could mount. */
export function isUnscannable(name: DeviceClass): boolean {
  return name === 'portable'
}

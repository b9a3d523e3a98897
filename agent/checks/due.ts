import type { Check } from '../../src/checks/check.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { isBenched } from './budget.ts'
import { ageMs, type Instant } from './result.ts'
import type { CheckState } from './state.ts'

type Interval = Pick<Check, 'minIntervalMinutes'>
export type Due = Readonly<{ policy: Policy; at: Instant; isForced: boolean }>

/** Whether a round reads the check: what was never read, and neither what is set aside nor what was read lately enough. */
export function isDue(check: Interval, state: CheckState | undefined, { policy, at, isForced }: Due): boolean {
  if (isForced || state === undefined) return true
  return !isBenched(state, policy, at.now) && !isRecent(check, state, at)
}

/** Half a minute of slack: a round that comes a little early must not make it wait for the next. */
function isRecent({ minIntervalMinutes }: Interval, state: CheckState, at: Instant): boolean {
  return minIntervalMinutes > 0 && ageMs(state, at) < minIntervalMinutes * 60_000 - 30_000
}

import { TanmoriError } from '../../errors.ts'
import type { Policy } from '../../policy/schema.ts'
import type { DryRun } from './gather.ts'
import { type DryRunDeps, runDry } from './run-dry.ts'

export type TryPolicy = (policy: Policy) => Promise<DryRun>

/** A dry run reads all that is held: a second one has to wait its turn, and is told so. Throws `usage`. */
export function createTryPolicy(deps: DryRunDeps): TryPolicy {
  let isRunning = false
  return async (policy) => {
    if (isRunning) throw new TanmoriError('usage', 'a dry run is under way: try again when it has ended')
    isRunning = true
    try {
      return await runDry(deps, policy)
    } finally {
      isRunning = false
    }
  }
}

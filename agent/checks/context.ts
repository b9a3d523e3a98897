import type { Check, JudgeContext, ReadContext, System } from '../../src/checks/check.ts'
import type { AgentFact } from '../../src/checks/reading.ts'
import type { LifecycleSource } from './lifecycle-source.ts'
import type { ChecksMemory } from './memory.ts'
import type { PolicyNow } from './policy-now.ts'
import type { Instant } from './result.ts'

export type CheckContextDeps = Readonly<{
  system: System
  memory: Pick<ChecksMemory, 'baseline'>
  policy: () => PolicyNow
  lifecycle: Pick<LifecycleSource, 'now'>
  bootId: string
  now: () => Date
  uptimeMs: () => number
}>

/** What holds at this moment, as checks are read and judged by it. */
export type CheckContext = Readonly<{
  at(): Instant
  /** The policy asks nothing of it. */
  isOff(check: Check): boolean
  forReading(): ReadContext
  forJudging(check: Check): JudgeContext
  /** Its facts of before say how the old policy was held: judged by a new one they would be a false alarm. */
  readsPolicy(check: Check): boolean
}>

/** What the agent knows of itself that a policy changes. */
const policyFacts: ReadonlySet<AgentFact> = new Set(['default-deny', 'devices', 'policy', 'quarantine', 'import-scan'])

export function createCheckContext(deps: CheckContextDeps): CheckContext {
  function forReading(): ReadContext {
    const { policy, terminal } = deps.policy()
    return { policy, zone: terminal.zone }
  }
  return {
    forReading,
    at: () => ({ now: deps.now(), bootId: deps.bootId, uptimeMs: deps.uptimeMs() }),
    isOff: ({ id }) => deps.policy().policy.checks.off.includes(id),
    forJudging({ id, baseline }) {
      const { policy, terminal, grants } = deps.policy()
      return {
        policy,
        zone: terminal.zone,
        terminalId: terminal.id,
        grants,
        lifecycle: deps.lifecycle.now(),
        baseline: baseline === 'none' ? null : (deps.memory.baseline(id)?.facts ?? null),
        now: deps.now(),
      }
    },
    readsPolicy({ parts }) {
      const readings = parts[deps.system]?.readings(forReading()) ?? {}
      return Object.values(readings).some((reading) => reading.kind === 'agent' && policyFacts.has(reading.about))
    },
  }
}

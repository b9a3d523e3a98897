import type { Judgement } from '../../src/checks/check.ts'
import { type Result, resultLimits, type Sentence } from '../../src/checks/result.ts'
import type { Policy } from '../../src/policy/schema.ts'
import type { CheckRun } from '../run-checks.ts'
import type { CheckState } from './state.ts'

/** Where an instant lies for the machine: the clock can be set, the time since the boot cannot. */
export type Instant = Readonly<{ now: Date; bootId: string; uptimeMs: number }>

const notAsked: Sentence = { ja: 'ポリシーで求められていません', en: 'the policy asks nothing of it' }
const notRead: Sentence = { ja: 'まだ点検していません', en: 'not checked yet' }

/** `run` null: judged anew from what was read before. */
export function decideState(
  input: Readonly<{
    control: string
    before: CheckState | undefined
    judgement: Judgement | null
    run: CheckRun | null
    at: Instant
    /** Whether it could be read at all. */
    hasFacts: boolean
  }>,
): CheckState {
  const { control, before, judgement, run, at, hasFacts } = input
  const outcome = judgement?.outcome ?? null
  const items = judgement?.items ?? []
  return {
    control,
    outcome,
    reason: shorten(judgement?.reason ?? notAsked),
    items: items
      .slice(0, resultLimits.maxItems)
      .map(({ key, text }) => ({ key: key.slice(0, 200), text: shorten(text) })),
    itemCount: items.length,
    hasFacts,
    since: sinceOf(before, outcome, at.now),
    readAt: run?.readAt.toISOString() ?? before?.readAt ?? null,
    readBootId: run === null ? (before?.readBootId ?? '') : at.bootId,
    readUptimeMs: run === null ? (before?.readUptimeMs ?? 0) : at.uptimeMs,
    run: run === null ? (before?.run ?? null) : { ms: run.ms, cpuMs: run.cpuMs, readings: [...run.readings] },
    bench: before?.bench ?? null,
  }
}

/** What was said to be since a time that has not come was written under a clock that was wrong. */
function sinceOf(before: CheckState | undefined, outcome: CheckState['outcome'], now: Date): string {
  const isSame = before !== undefined && before.outcome === outcome && Date.parse(before.since) <= now.getTime()
  return isSame ? before.since : now.toISOString()
}

/** Null: nothing is asked of it. `asOf`: since when nothing is known of what was never read. */
export function resultOf(
  control: string,
  state: CheckState | undefined,
  context: Readonly<{ policy: Policy; at: Instant; grantId: string | null; asOf: Date }>,
): Result | null {
  const { policy, at, grantId, asOf } = context
  const granted = grantId === null ? {} : { grantId }
  if (state === undefined) {
    const since = asOf.toISOString()
    return {
      control,
      outcome: 'unknown',
      reason: notRead,
      items: [],
      itemCount: 0,
      since,
      readAt: null,
      isStale: false,
      ...granted,
    }
  }
  const { outcome, reason, items, itemCount, since, readAt } = state
  if (outcome === null) return null
  const isStale = ageMs(state, at) > policy.checks.staleAfterMinutes * 60_000
  return { control, outcome, reason, items, itemCount, since, readAt, isStale, ...granted }
}

/** How old a reading is: by the machine's own time within a boot, by the clock over boots; from the future: too old. */
export function ageMs({ readAt, readBootId, readUptimeMs }: CheckState, at: Instant): number {
  if (readAt === null) return Number.POSITIVE_INFINITY
  if (readBootId === at.bootId && at.uptimeMs >= readUptimeMs) return at.uptimeMs - readUptimeMs
  const age = at.now.getTime() - Date.parse(readAt)
  return age >= 0 ? age : Number.POSITIVE_INFINITY
}

function shorten({ ja, en }: Sentence): Sentence {
  return { ja: ja.slice(0, 1000), en: en.slice(0, 1000) }
}

import type { Policy } from '../../src/policy/schema.ts'
import type { CheckState } from './state.ts'

/** CPU milliseconds of one check in one round. */
export type Cost = Readonly<{ control: string; cpuMs: number }>

export type Benching = Readonly<{ control: string; cpuMs: number; limitMs: number; why: 'check' | 'round' }>

const dayMs = 86_400_000

/**
 * Which checks are set aside: each that used more than a whole round may, and where the others together still did, the
 * dearest of them until the rest fits. What was read still counts; it is only read more seldom.
 */
export function decideBenched(costs: readonly Cost[], { checks }: Policy): readonly Benching[] {
  const limitMs = checks.budget.cpuSeconds * 1000
  const alone = costs
    .filter(({ cpuMs }) => cpuMs > limitMs)
    .map((cost) => ({ ...cost, limitMs, why: 'check' as const }))
  const others = costs.filter(({ cpuMs }) => cpuMs <= limitMs).toSorted((a, b) => b.cpuMs - a.cpuMs)
  const together: Benching[] = []
  let sumMs = others.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  for (const cost of others) {
    if (sumMs <= limitMs) break
    sumMs -= cost.cpuMs
    together.push({ ...cost, limitMs, why: 'round' })
  }
  return [...alone, ...together]
}

/** Twice the interval, then twice as long each time; tried again before its last reading is stale, where that is possible. */
export function decideBench(
  before: CheckState['bench'],
  { checks }: Policy,
  now: Date,
): NonNullable<CheckState['bench']> {
  const times = (before?.times ?? 0) + 1
  const shortestMs = checks.intervalMinutes * 60_000 * 2
  const longestMs = Math.max(shortestMs, Math.min(dayMs, (checks.staleAfterMinutes * 60_000) / 2))
  const waitMs = Math.min(shortestMs * 2 ** Math.min(times - 1, 20), longestMs)
  return { until: new Date(now.getTime() + waitMs).toISOString(), times }
}

/** A clock that was set back does not make it longer than it was meant. */
export function isBenched({ bench }: CheckState, { checks }: Policy, now: Date): boolean {
  if (bench === null) return false
  const leftMs = Date.parse(bench.until) - now.getTime()
  const longestMs = Math.max(checks.intervalMinutes * 60_000 * 2, dayMs)
  return leftMs > 0 && leftMs <= longestMs
}

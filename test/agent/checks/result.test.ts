import { describe, expect, it } from 'vitest'
import { decideBench, decideBenched, isBenched } from '../../../agent/checks/budget.ts'
import { findControlGrant } from '../../../agent/checks/grants.ts'
import { ageMs, decideState, type Instant, resultOf } from '../../../agent/checks/result.ts'
import type { CheckState } from '../../../agent/checks/state.ts'
import { failed, passed } from '../../../src/checks/check.ts'
import { builtInPolicy } from '../../../src/policy/built-in.ts'
import { grantSchema } from '../../../src/policy/grant.ts'
import { grantDocument } from '../../policy/documents.ts'

const policy = builtInPolicy('mynumber')
const day = 86_400_000
const at = (iso: string, uptimeMs = 0, bootId = 'boot-1'): Instant => ({ now: new Date(iso), bootId, uptimeMs })
const run = (readAt: string) => ({
  readAt: new Date(readAt),
  facts: { ok: true, facts: null } as const,
  readings: [],
  ms: 1,
  cpuMs: 1,
})
function state(readAt: string, uptimeMs = 0, before?: CheckState, judgement = passed('', '')): CheckState {
  return decideState({
    control: 'c',
    before,
    judgement,
    run: run(readAt),
    at: at(readAt, uptimeMs),
    hasFacts: true,
  })
}

describe('since when', () => {
  it('stays while the outcome stays, over as many readings as come', () => {
    const first = state('2026-07-01T00:00:00.000Z')
    expect(state('2026-07-02T00:00:00.000Z', day, first).since).toBe('2026-07-01T00:00:00.000Z')
  })

  it('begins anew with another outcome', () => {
    const first = state('2026-07-01T00:00:00.000Z')
    const second = state('2026-07-02T00:00:00.000Z', day, first, failed('', ''))
    expect(second.since).toBe('2026-07-02T00:00:00.000Z')
  })

  it('is never in the future: it was written under a wrong clock then', () => {
    const future = state('2036-07-01T00:00:00.000Z')
    expect(state('2026-07-01T00:00:00.000Z', 5, future).since).toBe('2026-07-01T00:00:00.000Z')
  })
})

describe('the age of a reading', () => {
  const read = state('2026-07-01T00:00:00.000Z', 1_000)
  const rows: readonly (readonly [string, Instant, number])[] = [
    [
      'goes by the time since the boot, though the clock was set a year ahead',
      at('2027-07-01T00:00:00Z', 61_000),
      60_000,
    ],
    ['and though the clock was set back', at('2025-07-01T00:00:00Z', 61_000), 60_000],
    ['counts sleep, which the time since the boot does', at('2026-07-04T00:00:00Z', 3 * day + 1_000), 3 * day],
    ['goes by the clock after a restart', at('2026-07-02T00:00:00Z', 5, 'boot-2'), day],
    [
      'is too old where it was read in the future of another boot',
      at('2026-06-01T00:00:00Z', 5, 'boot-2'),
      Number.POSITIVE_INFINITY,
    ],
  ]
  it.each(rows)('%s', (_what, now, wanted) => {
    expect(ageMs(read, now)).toBe(wanted)
  })

  it('above the policy’s bound makes the result stale, and keeps its outcome', () => {
    const context = { policy, grantId: null, asOf: new Date(0) }
    const fresh = resultOf('c', read, { ...context, at: at('2026-07-01T23:00:00Z', day) })
    const old = resultOf('c', read, { ...context, at: at('2026-07-02T01:00:00Z', day + 3_600_000) })
    expect([fresh?.isStale, old?.isStale, old?.outcome]).toEqual([false, true, 'pass'])
  })
})

describe('a check that was never read', () => {
  it('is unknown, with no time of reading', () => {
    const result = resultOf('c', undefined, {
      policy,
      at: at('2026-07-01T00:00:00Z'),
      grantId: null,
      asOf: new Date(0),
    })
    expect(result).toMatchObject({ outcome: 'unknown', readAt: null, reason: { ja: 'まだ点検していません' } })
  })
})

describe('the budget', () => {
  const cost = (control: string, cpuMs: number) => ({ control, cpuMs })
  const rows: readonly (readonly [string, readonly ReturnType<typeof cost>[], readonly string[]])[] = [
    ['that holds sets nothing aside', [cost('a', 1_000), cost('b', 1_900)], []],
    ['that one check breaks alone sets that one aside', [cost('a', 3_100), cost('b', 100)], ['a check']],
    [
      'that all break together sets the dearest aside until the rest fits',
      [cost('a', 1_200), cost('b', 1_500), cost('c', 1_600)],
      ['c round'],
    ],
  ]
  it.each(rows)('%s', (_what, costs, wanted) => {
    expect(decideBenched(costs, policy).map(({ control, why }) => `${control} ${why}`)).toEqual(wanted)
  })

  it('lets a check wait longer each time, and never until its reading is stale by that alone', () => {
    const now = new Date('2026-07-01T00:00:00Z')
    const hours: number[] = []
    let bench: CheckState['bench'] = null
    for (let time = 0; time < 5; time += 1) {
      bench = decideBench(bench, policy, now)
      hours.push((Date.parse(bench.until) - now.getTime()) / 3_600_000)
    }
    expect(hours).toEqual([2, 4, 8, 12, 12])
  })

  it('is not made to last for years by a clock that was set back', () => {
    const benched = { ...state('2026-07-01T00:00:00.000Z'), bench: { until: '2036-07-01T02:00:00.000Z', times: 1 } }
    expect(isBenched(benched, policy, new Date('2026-07-01T00:00:00Z'))).toBe(false)
    expect(isBenched(benched, policy, new Date('2036-07-01T00:00:00Z'))).toBe(true)
  })
})

describe('a grant of kind control', () => {
  const grant = grantSchema.parse(
    grantDocument({
      id: 'G-1',
      subject: { kind: 'control', control: 'sw.patch' },
      validFrom: '2026-07-01T00:00:00Z',
      until: '2026-08-01T00:00:00Z',
      terminals: ['T-1'],
      zones: [],
    }),
  )
  const terminal = { id: 'T-1', zone: 'mynumber' } as const
  const rows: readonly (readonly [string, string, string, string, string | null])[] = [
    ['sets its control aside', 'sw.patch', 'T-1', '2026-07-15T00:00:00Z', 'G-1'],
    ['leaves other controls', 'sw.services', 'T-1', '2026-07-15T00:00:00Z', null],
    ['leaves other terminals', 'sw.patch', 'T-2', '2026-07-15T00:00:00Z', null],
    ['is not in force before its time', 'sw.patch', 'T-1', '2026-06-30T00:00:00Z', null],
    ['and ends', 'sw.patch', 'T-1', '2026-08-01T00:00:00Z', null],
  ]
  it.each(rows)('%s', (_what, control, id, now, wanted) => {
    expect(findControlGrant(control, [grant], { ...terminal, id }, new Date(now))).toBe(wanted)
  })
})

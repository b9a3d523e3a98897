import { describe, expect, it } from 'vitest'
import { isDue } from '../../../agent/checks/due.ts'
import type { Instant } from '../../../agent/checks/result.ts'
import type { CheckState } from '../../../agent/checks/state.ts'
import { builtInPolicy } from '../../../src/policy/built-in.ts'

const minuteMs = 60_000
const policy = builtInPolicy('mynumber')
const noon = '2026-07-01T12:00:00.000Z'
const hourly = { minIntervalMinutes: 60 }
const always = { minIntervalMinutes: 0 }
const read: CheckState = {
  control: 'sw.patch',
  outcome: 'pass',
  reason: { ja: '', en: '' },
  items: [],
  itemCount: 0,
  hasFacts: true,
  since: noon,
  readAt: noon,
  readBootId: 'boot-1',
  readUptimeMs: 0,
  run: null,
  bench: null,
}
const setAside: CheckState = { ...read, bench: { until: '2026-07-02T00:00:00.000Z', times: 1 } }

/** Minutes after it was read. */
function minutesLater(minutes: number): Instant {
  const uptimeMs = minutes * minuteMs
  return { now: new Date(Date.parse(noon) + uptimeMs), bootId: 'boot-1', uptimeMs }
}

describe('what a round reads', () => {
  it.each<[string, { minIntervalMinutes: number }, CheckState | undefined, number, boolean]>([
    ['what was never read', hourly, undefined, 0, true],
    ['what may be read in every round', always, read, 1, true],
    ['not what was read lately enough', hourly, read, 59, false],
    ['what is due but for half a minute', hourly, read, 59.6, true],
    ['what is older than its interval', hourly, read, 61, true],
    ['not what is set aside', always, setAside, 5, false],
    ['what was set aside until now', always, setAside, 12 * 60, true],
  ])('%s', (_what, check, state, minutes, wanted) => {
    expect(isDue(check, state, { policy, at: minutesLater(minutes), isForced: false })).toBe(wanted)
  })

  it.each([
    ['what was read a moment ago', hourly, read],
    ['what is set aside', always, setAside],
  ])('where somebody asks for it: also %s', (_what, check, state) => {
    expect(isDue(check, state, { policy, at: minutesLater(0), isForced: true })).toBe(true)
  })
})

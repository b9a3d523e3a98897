import { describe, expect, it } from 'vitest'
import { Contest, contestLimits } from '../../../../agent/platform/windows/contest.ts'
import { openingSteps } from '../../../../agent/platform/windows/device-steps.ts'
import { isLayered } from '../../../../agent/platform/windows/layered-policy.ts'

const start = 1_000_000

describe('somebody who changes the same thing', () => {
  it('now and then is answered every time', () => {
    const contest = new Contest()
    for (let count = 0; count < 100; count += 1) expect(contest.note(start + count * 10_000)).toBe(false)
  })

  it('again and again is left alone for a minute, then tried once', () => {
    const contest = new Contest()
    const answers = Array.from({ length: contestLimits.maxPerMinute + 1 }, (_, count) => contest.note(start + count))
    expect(answers.indexOf(true)).toBe(contestLimits.maxPerMinute)
    expect(contest.isResting(start + 59_000)).toBe(true)
    const later = start + contestLimits.pauseMs + 1_000
    expect(contest.isResting(later)).toBe(false)
    expect([contest.note(later), contest.note(later + 100)]).toEqual([false, true])
    expect(contest.isResting(later + 200)).toBe(true)
  })

  it('and then keeps quiet is forgotten', () => {
    const contest = new Contest()
    for (let count = 0; count <= contestLimits.maxPerMinute; count += 1) contest.note(start + count)
    const muchLater = start + 600_000
    expect([contest.note(muchLater), contest.note(muchLater + 100)]).toEqual([false, false])
  })
})

describe('a Windows that can except single units', () => {
  it.each<[string, number | null, number | null, boolean]>([
    ['Windows 11', 22000, 1, true],
    ['Windows 11 24H2', 26100, null, true],
    ['Windows 10 2004 as it came', 19041, 450, false],
    ['Windows 10 2004 with the update', 19041, 1151, true],
    ['Windows 10 22H2', 19045, 3803, true],
    ['Windows 10 1809 LTSC with the update', 17763, 2145, true],
    ['Windows 10 1607 LTSC', 14393, 9999, false],
    ['a build between', 19046, 9999, false],
    ['a revision that is not told', 19045, null, false],
    ['a build that is not told', null, 1, false],
  ])('%s', (_, build, revision, wanted) => {
    expect(isLayered(build, revision)).toBe(wanted)
  })
})

describe('how a device is made to run', () => {
  it.each<[string, number, readonly string[]]>([
    ['it was stopped', 22, ['enable']],
    ['its driver was denied', 28, ['retry-installation']],
    ['its driver was switched off', 32, ['disable', 'enable']],
    ['it was ejected', 47, ['setup']],
    ['nobody knows why', 10, ['retry-installation']],
  ])('%s', (_, problem, steps) => {
    expect(openingSteps(problem)).toEqual(steps)
  })
})

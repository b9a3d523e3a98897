import { describe, expect, it } from 'vitest'
import {
  decideFindings,
  type FindingDecision,
  type Findings,
  findingLimits,
  type OpenFinding,
} from '../../../agent/checks/findings.ts'
import { failed, type Judgement, passed, unknown } from '../../../src/checks/check.ts'

const minute = 60_000
const start = Date.parse('2026-07-01T00:00:00Z')
const remedy = { ja: '直してください', en: 'mend it' }
const item = (key: string) => ({ key, text: { ja: `${key}です`, en: key } })
const items = (from: number, count: number) => Array.from({ length: count }, (_, at) => item(`i${from + at}`))
const failing = (...keys: readonly string[]) => failed('不適合', 'wrong', keys.map(item))
const whole = failed('不適合', 'wrong')
const untold = unknown('読み取れません', 'cannot be read')
const pass = passed('適合', 'right')

/** What is told when the judgements come one after the other; each line `minute kind key (because|count)`. */
function play(steps: readonly (readonly [number, Judgement | null])[]): {
  told: string[]
  open: readonly OpenFinding[]
} {
  let before: Findings = { open: [], closed: [] }
  const told: string[] = []
  let seq = 0
  for (const [atMinutes, judgement] of steps) {
    const now = new Date(start + atMinutes * minute)
    const decision: FindingDecision = decideFindings({
      control: 'c',
      before,
      judgement,
      remedy,
      readAt: now.toISOString(),
      now,
      quietMs: 60 * minute,
    })
    const open = [...decision.kept]
    for (const change of decision.changes) {
      seq += 1
      const { data } = change
      const why = change.kind === 'finding.closed' ? change.data.because : `${data.outcome} ${data.count}`
      told.push(`${atMinutes} ${change.kind === 'finding.opened' ? 'opened' : 'closed'} ${data.key || 'whole'} ${why}`)
      if (change.kind === 'finding.opened') open.push({ ...change.finding, seq })
    }
    before = { open, closed: decision.marks }
  }
  return { told, open: before.open }
}

describe('findings', () => {
  const rows: readonly (readonly [string, readonly (readonly [number, Judgement | null])[], readonly string[]])[] = [
    [
      'one for each thing, told once however often it is read',
      [
        [0, failing('a', 'b')],
        [60, failing('a', 'b')],
      ],
      ['0 opened a fail 1', '0 opened b fail 1'],
    ],
    [
      'each closes when it alone is gone',
      [
        [0, failing('a', 'b')],
        [60, failing('b')],
        [120, pass],
      ],
      ['0 opened a fail 1', '0 opened b fail 1', '60 closed a passed', '120 closed b passed'],
    ],
    [
      'a fail of the whole has the empty key',
      [
        [0, whole],
        [60, pass],
      ],
      ['0 opened whole fail 1', '60 closed whole passed'],
    ],
    [
      'what could not be told is a finding of its own',
      [
        [0, untold],
        [60, pass],
      ],
      ['0 opened whole unknown 1', '60 closed whole passed'],
    ],
    [
      '"could not tell" closes nothing that failed',
      [
        [0, failing('a')],
        [60, untold],
        [120, failing('a')],
      ],
      ['0 opened a fail 1', '60 opened whole unknown 1', '120 closed whole passed'],
    ],
    [
      'what failed after it could not be told is told as failed',
      [
        [0, untold],
        [60, whole],
      ],
      ['0 opened whole unknown 1', '60 closed whole changed', '60 opened whole fail 1'],
    ],
    [
      'a fail that cannot be told for a while stays one finding',
      [
        [0, whole],
        [60, untold],
        [120, whole],
        [180, pass],
      ],
      ['0 opened whole fail 1', '180 closed whole passed'],
    ],
    [
      'a control that is no longer asked for closes what is open',
      [
        [0, failing('a')],
        [60, null],
      ],
      ['0 opened a fail 1', '60 closed a not-asked'],
    ],
    [
      'what comes back within the quiet time comes and goes: it then stays open',
      [
        [0, failing('a')],
        [5, pass],
        [10, failing('a')],
        [15, pass],
        [20, failing('a')],
        [25, pass],
        [50, pass],
      ],
      ['0 opened a fail 1', '5 closed a passed', '10 opened a fail 2'],
    ],
    [
      'and closes once it has been quiet, with how often it came',
      [
        [0, failing('a')],
        [5, pass],
        [10, failing('a')],
        [15, pass],
        [20, failing('a')],
        [25, pass],
        [85, pass],
      ],
      ['0 opened a fail 1', '5 closed a passed', '10 opened a fail 2', '85 closed a passed'],
    ],
    [
      'what comes back long after is new',
      [
        [0, failing('a')],
        [5, pass],
        [100, failing('a')],
      ],
      ['0 opened a fail 1', '5 closed a passed', '100 opened a fail 1'],
    ],
    [
      'a clock that goes back does not keep it open for ever',
      [
        [100, failing('a')],
        [105, pass],
        [110, failing('a')],
        [115, pass],
        [0, pass],
        [60, pass],
      ],
      ['100 opened a fail 1', '105 closed a passed', '110 opened a fail 2', '60 closed a passed'],
    ],
  ]
  it.each(rows)('%s', (_what, steps, wanted) => {
    expect(play(steps).told).toEqual(wanted)
  })

  it('counts each time that a flapping one came', () => {
    const { open } = play([
      [0, failing('a')],
      [1, pass],
      [2, failing('a')],
      [3, pass],
      [4, failing('a')],
    ])
    expect(open.map(({ key, count }) => [key, count])).toEqual([['a', 3]])
  })
})

describe('a flood', () => {
  const many = (from: number, count: number) => failed('不適合', 'wrong', items(from, count))
  it(`of more than ${findingLimits.maxNewAtOnce} new items is one finding with the number and the first`, () => {
    const { told, open } = play([
      [0, many(0, 200)],
      [60, many(0, 200)],
    ])
    expect(told).toEqual(['0 opened * fail 1'])
    expect(open[0]?.text.en).toBe('200 at once; the first 5: i0 / i1 / i2 / i3 / i4')
    expect(open[0]?.text.ja).toContain('200件')
  })

  it('hides no new thing that comes later by itself', () => {
    const { told } = play([
      [0, many(0, 30)],
      [60, failed('', '', [...items(0, 30), item('later')])],
    ])
    expect(told).toEqual(['0 opened * fail 1', '60 opened later fail 1'])
  })

  it('that grows by another flood is told anew', () => {
    const { told } = play([
      [0, many(0, 30)],
      [60, many(0, 60)],
    ])
    expect(told).toEqual(['0 opened * fail 1', '60 closed * changed', '60 opened * fail 1'])
  })

  it('closes when the last of it is gone', () => {
    const { told } = play([
      [0, many(0, 30)],
      [60, many(0, 3)],
      [120, pass],
    ])
    expect(told).toEqual(['0 opened * fail 1', '120 closed * passed'])
  })

  it('is not closed by a reading that failed', () => {
    expect(
      play([
        [0, many(0, 30)],
        [60, untold],
        [120, many(0, 30)],
      ]).told,
    ).not.toContain('60 closed * passed')
  })
})

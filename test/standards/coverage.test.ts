import { describe, expect, it } from 'vitest'
import type { Result } from '../../src/checks/result.ts'
import { controlIds } from '../../src/controls/find-control.ts'
import { type AnswerState, answerClauses, answerControls, answerStates, worstOf } from '../../src/standards/coverage.ts'
import type { Clause, Standard } from '../../src/standards/standard.ts'

const now = new Date('2026-06-01T12:00:00Z')
const staleAfterMinutes = 60

describe('answerControls', () => {
  it('answers for every control, the ones nobody told of too', () => {
    expect([...answer([]).keys()]).toEqual(controlIds)
  })

  it.each<readonly [string, Partial<Result> | null, AnswerState]>([
    ['a pass is a pass', { outcome: 'pass' }, 'pass'],
    ['a failure is a failure', { outcome: 'fail' }, 'fail'],
    ['what could not be told is unknown', { outcome: 'unknown' }, 'unknown'],
    ['what was never read is unknown, not stale', { outcome: 'unknown', readAt: null }, 'unknown'],
    ['no result is not answered', null, 'not-answered'],
    ['what the terminal calls stale is stale, pass or not', { outcome: 'pass', isStale: true }, 'stale'],
    [
      'a failure that is stale is stale: nobody knows whether it still fails',
      { outcome: 'fail', isStale: true },
      'stale',
    ],
    ['a reading as old as permitted still counts', { outcome: 'pass', readAt: '2026-06-01T11:00:00Z' }, 'pass'],
    ['a reading a millisecond older is stale', { outcome: 'pass', readAt: '2026-06-01T10:59:59.999Z' }, 'stale'],
    [
      'a reading of a terminal whose clock runs ahead counts',
      { outcome: 'pass', readAt: '2026-06-01T12:05:00Z' },
      'pass',
    ],
  ])('%s', (_, result, state) => {
    const told = result === null ? [] : [resultOf('av.resident', result)]
    expect(answer(told).get('av.resident')).toEqual({ control: 'av.resident', state, result: told[0] ?? null })
  })

  it('says planned of what nothing answers yet, until a terminal does answer', () => {
    expect(answer([]).get('media.disposal-record')?.state).toBe('planned')
    expect(answer([resultOf('media.disposal-record', {})]).get('media.disposal-record')?.state).toBe('pass')
  })

  it('leaves out results of controls that this version does not know', () => {
    expect(answer([resultOf('av.telepathy', {})]).has('av.telepathy')).toBe(false)
  })
})

describe('answerClauses', () => {
  it('gives the clauses in force in the zone, in the order of the standard', () => {
    const standard = standardOf([
      { ref: '第2条', zones: ['mynumber', 'lgwan'] },
      { ref: '第1条', zones: ['internet'] },
      { ref: '第3条', zones: ['lgwan'] },
    ])
    expect(refsIn(standard, 'lgwan')).toEqual(['第2条', '第3条'])
    expect(refsIn(standard, 'mynumber')).toEqual(['第2条'])
    expect(refsIn(standard, 'internet')).toEqual(['第1条'])
  })

  it.each<readonly [string, readonly Result[], readonly string[], AnswerState]>([
    ['passes where all its controls do', [pass('av.resident'), pass('sw.patch')], ['av.resident', 'sw.patch'], 'pass'],
    ['fails with one of them', [pass('av.resident'), fail('sw.patch')], ['av.resident', 'sw.patch'], 'fail'],
    ['never passes on half an answer', [pass('av.resident')], ['av.resident', 'sw.patch'], 'not-answered'],
    [
      'never passes beside what is only planned',
      [pass('media.ledger')],
      ['media.ledger', 'media.inspection-campaign'],
      'planned',
    ],
    [
      'is not answered before it is planned: something could have been told',
      [],
      ['media.inspection-campaign', 'media.ledger'],
      'not-answered',
    ],
    ['is not answered where its control is of a later version', [], ['av.telepathy'], 'not-answered'],
    [
      'fails although the other control could not be told',
      [unknown('av.resident'), fail('sw.patch')],
      ['av.resident', 'sw.patch'],
      'fail',
    ],
  ])('%s', (_, results, controls, state) => {
    const [clause] = answerClauses(standardOf([{ controls: [...controls] }]), 'mynumber', answer(results))
    expect(clause).toMatchObject({ state, controls: controls.map((control) => ({ control })) })
  })
})

describe('worstOf', () => {
  it('is the earliest in the order from worst to best', () => {
    for (const [index, state] of answerStates.entries())
      expect(worstOf(answerStates.slice(index).toReversed())).toBe(state)
  })

  it('is not answered where there is nothing to ask', () => {
    expect(worstOf([])).toBe('not-answered')
  })
})

function answer(results: readonly Result[]) {
  return answerControls(results, { now, staleAfterMinutes })
}

function resultOf(control: string, changes: Partial<Result>): Result {
  return {
    control,
    outcome: 'pass',
    reason: { ja: '良', en: 'good' },
    items: [],
    itemCount: 0,
    since: '2026-05-01T00:00:00Z',
    readAt: '2026-06-01T11:59:00Z',
    isStale: false,
    ...changes,
  }
}

function pass(control: string): Result {
  return resultOf(control, {})
}

function fail(control: string): Result {
  return resultOf(control, { outcome: 'fail' })
}

function unknown(control: string): Result {
  return resultOf(control, { outcome: 'unknown' })
}

function standardOf(clauses: readonly Partial<Clause>[]): Standard {
  const text = { ja: '町', en: 'Town' }
  const clause: Clause = { ref: '第1条', summary: text, zones: ['mynumber'], role: text, kind: 'verify', controls: [] }
  const all = clauses.map((changes) => ({ ...clause, ...changes }))
  return { schema: 'tanmori.standard/1', id: 'town', title: text, issuer: text, amended: null, clauses: all }
}

function refsIn(standard: Standard, zone: Clause['zones'][number]): readonly string[] {
  return answerClauses(standard, zone, answer([])).map(({ clause }) => clause.ref)
}

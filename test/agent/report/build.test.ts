import { describe, expect, it } from 'vitest'
import { buildReport } from '../../../agent/report/build.ts'
import { Gravest } from '../../../agent/report/keep-gravest.ts'
import { reportSchema } from '../../../src/protocol/report.ts'
import { eventOf, inputOf, journalOf, now, resultOf, standardOf } from './fixture.ts'

describe('a report', () => {
  it('is of its schema, whatever was read', () => {
    const carry = [
      eventOf(3, 'media.carry-in', { data: {} }),
      eventOf(4, 'media.carry-out', { data: { path: 'a.txt', size: 5, sha256: 'not a digest', user: 7 } }),
    ]
    const report = buildReport(
      inputOf({
        standards: [standardOf('osaka'), standardOf('saitama')],
        journal: journalOf([eventOf(1, 'device.input-new', { data: {} })], carry),
      }),
    )
    expect(reportSchema.parse(report)).toEqual(report)
    expect(report.carried.files).toMatchObject([
      { direction: 'in', path: carry[0]?.subject, sizeBytes: null },
      { direction: 'out', path: 'a.txt', sizeBytes: 5, sha256: null, user: '' },
    ])
  })

  it('answers each clause by its worst control, and counts what is not answered and not built', () => {
    const results = [
      resultOf('net.isolation'),
      resultOf('media.block'),
      resultOf('auth.mfa', { outcome: 'unknown', reason: { ja: '読めません', en: 'unreadable' } }),
    ]
    const [standard] = buildReport(inputOf({ results, standards: [standardOf('osaka')] })).standards
    expect(standard?.clauses.find(({ ref }) => ref === '第6条第3号イ')?.state).toBe('unknown')
    const total = Object.values(standard?.counts ?? {}).reduce((sum, count) => sum + count, 0)
    expect(total).toBe(standard?.clauses.length)
    expect(standard?.counts['not-answered']).toBeGreaterThan(0)
    expect(standard?.counts.planned).toBeGreaterThan(0)
  })

  it('holds the clauses of this zone alone', () => {
    const refs = (zone: 'mynumber' | 'lgwan') =>
      buildReport(
        inputOf({ standards: [standardOf('osaka')], terminal: { ...inputOf().terminal, zone } }),
      ).standards[0]?.clauses.map(({ ref }) => ref)
    expect(refs('mynumber')).toContain('第6条第3号イ')
    expect(refs('lgwan')).not.toContain('第6条第3号イ')
  })

  it('a result that the policy counts as too old is stale, not a pass', () => {
    const old = new Date(now.getTime() - 1441 * 60_000).toISOString()
    const { controls } = buildReport(inputOf({ results: [resultOf('media.block', { readAt: old })] }))
    expect(controls.find(({ id }) => id === 'media.block')?.state).toBe('stale')
  })

  it('lists a finding per thing, the fails and the grave first, since when each was there', () => {
    const items = ['a', 'b'].map((key) => ({ key, text: { ja: key, en: key } }))
    const results = [
      resultOf('cfg.time-sync', { outcome: 'unknown' }),
      resultOf('usage.hours', { outcome: 'fail' }),
      resultOf('sw.allowlist', { outcome: 'fail', items, itemCount: 2 }),
    ]
    const findings = [{ control: 'sw.allowlist', key: 'b', since: '2026-10-01T00:00:00.000Z', count: 3 }]
    const found = buildReport(inputOf({ results, findings })).findings
    expect(found.map(({ control, key, since, count }) => [control, key, since.slice(0, 10), count])).toEqual([
      ['sw.allowlist', 'b', '2026-10-01', 3],
      ['sw.allowlist', 'a', '2026-11-01', 1],
      ['usage.hours', '', '2026-11-01', 1],
      ['cfg.time-sync', '', '2026-11-01', 1],
    ])
  })

  it('says of a grant whether it holds now', () => {
    const [grant] = inputOf().grants
    if (grant === undefined) throw new Error('no grant')
    const stateAt = (validFrom: string, until: string) =>
      buildReport(inputOf({ grants: [{ ...grant, document: { ...grant.document, validFrom, until } }] })).grants[0]
        ?.state
    expect(stateAt('2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z')).toBe('in-force')
    expect(stateAt('2026-11-22T00:00:00Z', '2026-12-01T00:00:00Z')).toBe('not-yet')
    expect(stateAt('2026-11-01T00:00:00Z', now.toISOString())).toBe('ended')
  })
})

it('the gravest events are kept before any newer one, all are counted, and order stays', () => {
  const gravest = new Gravest(3)
  gravest.add(eventOf(1, 'media.bypassed'))
  for (let seq = 2; seq < 40; seq += 1) gravest.add(eventOf(seq, 'media.allowed'))
  const { events, counts } = gravest.kept()
  expect(events.map(({ seq }) => seq)).toEqual([1, 38, 39])
  expect(counts).toEqual({ 'media.allowed': 38, 'media.bypassed': 1 })
})

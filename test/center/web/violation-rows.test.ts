import { describe, expect, it } from 'vitest'
import type { EventRow } from '../../../src/center/api/contract.ts'
import { decideShownRows, isWanted } from '../../../src/center/web/live/violation-rows.ts'

const row = (id: number, changes: Partial<EventRow> = {}): EventRow => ({
  id,
  terminalId: 'T-1',
  hostname: 'JUMIN-PC-0012',
  zone: 'mynumber',
  source: 'terminal',
  seq: id,
  at: '2026-11-20T12:54:00.000Z',
  receivedAt: '2026-11-20T12:54:01.000Z',
  bootId: 'boot',
  kind: 'media.refused',
  lane: 'violation',
  control: null,
  severity: 'high',
  subject: 'Kingston DataTraveler',
  data: {},
  ...changes,
})
const everything = Number.POSITIVE_INFINITY
const ids = (rows: readonly EventRow[]) => rows.map(({ id }) => id)

describe('the rows of the violations page', () => {
  it('put arrivals on top of the page, newest first, each once', () => {
    const { rows, waiting } = decideShownRows([row(5), row(4)], [row(7), row(6), row(5)], {}, everything)
    expect(ids(rows)).toEqual([7, 6, 5, 4])
    expect(waiting).toBe(0)
  })

  it('hold back what came while the reader is at work, and count it', () => {
    const { rows, waiting, newest } = decideShownRows([row(5), row(4)], [row(7), row(6)], {}, 5)
    expect(ids(rows)).toEqual([5, 4])
    expect(waiting).toBe(2)
    expect(newest).toBe(7)
  })

  it('do not bring back arrivals that lie on a later page by now', () => {
    expect(ids(decideShownRows([row(60), row(59)], [row(58), row(12)], {}, everything).rows)).toEqual([60, 59])
  })

  it('show arrivals where the center had none yet', () => {
    expect(ids(decideShownRows([], [row(1)], {}, everything).rows)).toEqual([1])
  })

  it('pass over arrivals that the filter does not want', () => {
    const arrivals = [row(3, { zone: 'lgwan' }), row(2)]
    expect(ids(decideShownRows([], arrivals, { zone: 'mynumber' }, everything).rows)).toEqual([2])
  })
})

describe('the filter for arrivals answers as the center does', () => {
  it.each([
    ['no filter', {}, true],
    ['its zone', { zone: 'mynumber' }, true],
    ['another zone', { zone: 'internet' }, false],
    ['a severity below', { severity: 'medium' }, true],
    ['its severity', { severity: 'high' }, true],
    ['a severity above', { severity: 'critical' }, false],
    ['another terminal', { terminal: 'T-2' }, false],
    ['part of the hostname, whatever its case', { q: 'jumin' }, true],
    ['part of the subject', { q: 'Traveler' }, true],
    ['part of the kind', { q: 'media.' }, true],
    ['a text that is nowhere', { q: 'SanDisk' }, false],
  ] as const)('%s', (_name, query, wanted) => {
    expect(isWanted(row(1), query)).toBe(wanted)
  })
})

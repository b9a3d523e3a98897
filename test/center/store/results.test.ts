import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clauseStateOf, countFleet, stateOf } from '../../../src/center/fleet/count-states.ts'
import type { StaleLimits } from '../../../src/center/store/records.ts'
import { openSqliteStore } from '../../../src/center/store/sqlite/sqlite-store.ts'
import type { Store } from '../../../src/center/store/store.ts'
import type { Result } from '../../../src/checks/result.ts'
import { controlIds } from '../../../src/controls/find-control.ts'
import type { Zone } from '../../../src/protocol/zone.ts'
import { answerClauses, answerControls } from '../../../src/standards/coverage.ts'
import type { Clause, Standard } from '../../../src/standards/standard.ts'

let dir: string
let store: Store
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'results-'))
  store = openSqliteStore(join(dir, 's.sqlite'))
  await addTerminal('T-1', 'c', 'mynumber', '住民課')
  await addTerminal('T-2', 'b', 'lgwan', '税務課')
  await addTerminal('T-3', 'a', 'mynumber', '税務課')
})
afterEach(async () => {
  await store.close()
  rmSync(dir, { recursive: true })
})

const now = new Date('2026-11-21T12:00:00.000Z')
const hourMs = 3_600_000
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * hourMs).toISOString()
const limits: StaleLimits = { byPolicy: new Map(), otherwise: now.getTime() - 24 * hourMs }

async function addTerminal(id: string, hostname: string, zone: Zone, group: string): Promise<void> {
  const enrolled = { enrolledAt: '2026-01-01T00:00:00.000Z', certificateExpires: '', tokenId: '' }
  await store.terminals.add({
    id,
    hostname,
    zone,
    group,
    os: '',
    agentVersion: '',
    hardware: '',
    keySha256: id,
    ...enrolled,
  })
}

function result(control: string, outcome: Result['outcome'], change: Partial<Result> = {}): Result {
  const reason = { ja: '理由', en: 'reason' }
  return {
    control,
    outcome,
    reason,
    items: [],
    itemCount: 0,
    since: hoursAgo(9),
    readAt: hoursAgo(1),
    isStale: false,
    ...change,
  }
}

const put = (id: string, results: readonly Result[], at = hoursAgo(1), policyDigest: string | null = null) =>
  store.results.put(id, { at, policyDigest, results }, now.toISOString())

describe('results', () => {
  it('are the newest report, whole: a control that is no longer named is no longer answered', async () => {
    await put('T-1', [result('av.resident', 'fail'), result('sw.patch', 'pass')], hoursAgo(2))
    expect(await put('T-1', [result('av.resident', 'pass')], hoursAgo(1))).toBe(true)
    expect(await store.results.find('T-1')).toEqual({
      at: hoursAgo(1),
      policyDigest: null,
      results: [result('av.resident', 'pass')],
    })
  })

  it('stay where an older report comes late, and are null where none ever came', async () => {
    await put('T-1', [result('av.resident', 'pass')], hoursAgo(1))
    expect(await put('T-1', [result('av.resident', 'fail')], hoursAgo(2))).toBe(false)
    expect((await store.results.find('T-1'))?.results[0]?.outcome).toBe('pass')
    expect(await store.results.find('T-2')).toBeNull()
  })

  it('give way where the held report comes from the future: that clock was wrong', async () => {
    await put('T-1', [result('av.resident', 'pass')], hoursAgo(-1000))
    expect(await put('T-1', [result('av.resident', 'fail')], hoursAgo(1))).toBe(true)
  })

  it('of a terminal that is not enrolled are not kept', async () => {
    expect(await put('T-9', [result('av.resident', 'pass')])).toBe(false)
  })

  it('are picked for some terminals and controls', async () => {
    await put('T-1', [result('av.resident', 'fail'), result('sw.patch', 'pass')])
    await put('T-2', [result('av.resident', 'pass')])
    const picked = await store.results.pick(['T-1', 'T-3'], ['sw.patch', 'no.such'])
    expect([...picked]).toEqual([['T-1', [result('sw.patch', 'pass')]]])
  })
})

describe('the fleet', () => {
  const named = async (filter: Parameters<Store['results']['fleet']>[0]) =>
    (await store.results.fleet(filter, limits)).map(({ id }) => id)

  it('is listed by hostname, without revoked terminals, by zone, group and text', async () => {
    expect(await named({})).toEqual(['T-3', 'T-2', 'T-1'])
    expect(await named({ zone: 'mynumber' })).toEqual(['T-3', 'T-1'])
    expect(await named({ group: '税務課' })).toEqual(['T-3', 'T-2'])
    expect(await named({ q: '住民' })).toEqual(['T-1'])
    await store.terminals.revoke('T-3', 'lost', now.toISOString())
    expect(await named({})).toEqual(['T-2', 'T-1'])
    expect(await store.terminals.groups()).toEqual(['住民課', '税務課'])
  })

  it.each([
    ['was read lately', result('sw.patch', 'fail'), 'fail'],
    ['was read longer ago than the limit', result('sw.patch', 'pass', { readAt: hoursAgo(25) }), 'stale'],
    ['was old to the terminal itself', result('sw.patch', 'pass', { isStale: true }), 'stale'],
    ['was never read', result('sw.patch', 'unknown', { readAt: null }), 'unknown'],
    ['is of a control that this version does not know', result('x.y', 'fail'), null],
  ] as const)('a result that %s counts so', async (_case, told, wanted) => {
    await put('T-1', [result('av.resident', 'pass'), told])
    const terminal = (await store.results.fleet({}, limits)).find(({ id }) => id === 'T-1')
    expect(terminal?.told('sw.patch')).toBe(wanted)
    expect(terminal?.told('av.resident')).toBe('pass')
  })

  it('takes the limit of the policy that was judged against', async () => {
    const digest = 'd'.repeat(64)
    await put('T-1', [result('sw.patch', 'pass', { readAt: hoursAgo(3) })], hoursAgo(1), digest)
    await put('T-2', [result('sw.patch', 'pass', { readAt: hoursAgo(3) })])
    const strict = { ...limits, byPolicy: new Map([[digest, now.getTime() - 2 * hourMs]]) }
    const fleet = await store.results.fleet({}, strict)
    expect(fleet.map((terminal) => terminal.told('sw.patch'))).toEqual([null, 'pass', 'stale'])
  })

  it('counts controls and clauses as the report of each terminal does', async () => {
    const states = ['pass', 'fail', 'unknown'] as const
    const terminals = await store.results.fleet({}, limits)
    const reports = new Map<string, readonly Result[]>()
    for (const [nth, { id }] of terminals.entries()) {
      const results = controlIds
        .filter((_, index) => (index + nth) % 4 !== 0)
        .map((control, index) =>
          result(control, states[(index * 7 + nth) % 3] ?? 'pass', { readAt: hoursAgo(index % 5 === nth ? 30 : 1) }),
        )
      reports.set(id, results)
      if (nth < 2) await put(id, results)
      else reports.set(id, [])
    }
    const fleet = await store.results.fleet({}, limits)
    const counted = countFleet(fleet)
    const clauses = controlIds.map((_, index) => clause(index))
    const standard: Standard = { ...emptyStandard, clauses }
    const judged = fleet.map(({ id, zone }) => {
      const answers = answerControls(reports.get(id) ?? [], { now, staleAfterMinutes: 1440 })
      return { answers, clauses: answerClauses(standard, zone, answers) }
    })
    for (const control of controlIds) {
      const one = tally(judged.map(({ answers }) => answers.get(control)?.state))
      expect([control, counted.control(control)]).toEqual([control, one])
      expect([control, tally(fleet.map((terminal) => stateOf(terminal, control)))]).toEqual([control, one])
    }
    for (const wanted of clauses) {
      const one = tally(judged.map((terminal) => terminal.clauses.find((answer) => answer.clause === wanted)?.state))
      expect([wanted.ref, counted.clause(wanted)]).toEqual([wanted.ref, one])
      const listed = tally(fleet.map((terminal) => clauseStateOf(terminal, wanted) ?? undefined))
      expect([wanted.ref, listed]).toEqual([wanted.ref, one])
    }
  })
})

const emptyStandard: Standard = {
  schema: 'tanmori.standard/1',
  id: 'trial',
  title: { ja: '試験', en: 'Trial' },
  issuer: { ja: '試験', en: 'Trial' },
  amended: null,
  clauses: [],
}

function clause(index: number): Clause {
  const controls = [0, 3, 11]
    .map((step) => controlIds[(index + step) % controlIds.length] ?? '')
    .slice(0, (index % 3) + 1)
  const text = { ja: '要旨', en: 'summary' }
  const zones: Zone[] = index % 2 === 0 ? ['mynumber'] : ['mynumber', 'lgwan', 'internet']
  return { ref: `第${index}条`, summary: text, zones, role: text, kind: 'verify', controls }
}

function tally(states: readonly (string | undefined)[]) {
  const count = (state: string) => states.filter((one) => one === state).length
  const names = ['fail', 'unknown', 'stale', 'not-answered', 'planned', 'pass']
  return Object.fromEntries(names.map((name) => [name, count(name)]))
}

describe('a store of the first version', () => {
  it('loses nothing but the results that were kept as facts', async () => {
    await store.terminals.putFacts('T-1', { check: 'device.plugged', readAt: hoursAgo(1), facts: [] })
    await store.close()
    const db = new DatabaseSync(join(dir, 's.sqlite'))
    db.exec(`DROP TABLE proof_items; DROP TABLE proof_titles; DROP TABLE proofs;
      DROP TABLE findings; DROP TABLE results; DROP TABLE result_reports; DROP TABLE controls;
      DELETE FROM migrations WHERE version > 1; INSERT INTO facts VALUES ('T-1', 'results', '', '{}')`)
    db.close()
    store = openSqliteStore(join(dir, 's.sqlite'))
    expect((await store.terminals.allFacts('T-1')).map(({ check }) => check)).toEqual(['device.plugged'])
    expect(await store.results.find('T-1')).toBeNull()
  })
})

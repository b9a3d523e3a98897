import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  answeringPageSchema,
  clauseTerminalsPageSchema,
  controlsViewSchema,
  controlViewSchema,
  postureSchema,
  standardsViewSchema,
  standardViewSchema,
  terminalAnswersSchema,
  terminalClausesSchema,
} from '../../../src/center/api/results-contract.ts'
import type { Result } from '../../../src/checks/result.ts'
import { connect, createLines, enrol, type TestAgent } from '../support/agent.ts'
import { signIn, type TestBrowser } from '../support/browser.ts'
import { startCenter, type TestCenter } from '../support/center.ts'
import { signPolicy } from '../support/signed.ts'
import { until } from '../support/until.ts'

let center: TestCenter
let viewer: TestBrowser
let policiesDir: string
const agents = new Map<string, TestAgent>()

beforeAll(async () => {
  policiesDir = mkdtempSync(join(tmpdir(), 'policies-'))
  cpSync(join(import.meta.dirname, '../../../policies/standards/osaka.yaml'), join(policiesDir, 'standards/osaka.yaml'))
  writeFileSync(join(policiesDir, 'standards/trial.yaml'), trialStandard)
  writeFileSync(join(policiesDir, 'standards/damaged.yaml'), 'schema: tanmori.standard/1\nid: damaged\n')
  center = await startCenter({ collectorLimits: { enrolPerMinute: 1_000 }, policiesDir })
  viewer = await signIn(center)
  await tell('=cmd|calc', 'mynumber', '住民課', [result('av.definitions', 'fail'), result('sw.patch', 'pass')])
  await tell('zeimu-02', 'mynumber', '税務課', [result('av.definitions', 'pass'), result('sw.patch', 'unknown')])
  await tell('kikaku-03', 'lgwan', '企画課', [result('av.definitions', 'fail', { readAt: hoursAgo(25) })])
  await tell('silent-04', 'lgwan', '企画課', null)
}, 60_000)
afterAll(async () => {
  for (const agent of agents.values()) agent.close()
  await center.end()
  rmSync(policiesDir, { recursive: true })
})

const trialStandard = `
schema: tanmori.standard/1
id: trial
title: { ja: 試験規程, en: Trial rules }
issuer: { ja: 試験町, en: Trial town }
amended: null
clauses:
  - ref: 第1条
    summary: { ja: 更新する, en: Update }
    zones: [mynumber]
    role: { ja: 課長, en: Head }
    kind: verify
    controls: [av.definitions, sw.patch]
  - ref: 第2条
    summary: { ja: 棚卸しする, en: Count }
    zones: [mynumber, lgwan, internet]
    role: { ja: 課長, en: Head }
    kind: workflow
    controls: [media.inspection-campaign, av.definitions]
`

function hoursAgo(hours: number): string {
  return new Date(Date.now() - hours * 3_600_000).toISOString()
}

function result(control: string, outcome: Result['outcome'], change: Partial<Result> = {}): Result {
  const reason = { ja: `${control} の理由`, en: `reason of ${control}` }
  const items = outcome === 'fail' ? [{ key: 'k', text: { ja: '"引用" あり', en: 'quoted' } }] : []
  return {
    control,
    outcome,
    reason,
    items,
    itemCount: items.length,
    since: hoursAgo(2),
    readAt: hoursAgo(1),
    isStale: false,
    ...change,
  }
}

async function tell(hostname: string, zone: string, group: string, results: readonly Result[] | null): Promise<void> {
  const enrolled = await enrol(center, { hostname }, await center.token({ zone, group }))
  const agent = await connect(center, enrolled, { hostname })
  await agent.next('welcome')
  agents.set(hostname, agent)
  if (results === null) return
  agent.send({ type: 'results', at: hoursAgo(0), policyDigest: null, results })
  await until(() => center.center.store.results.find(agent.terminalId))
}

const idOf = (hostname: string) => agents.get(hostname)?.terminalId ?? ''
const none = { fail: 0, unknown: 0, stale: 0, 'not-answered': 0, planned: 0, pass: 0 }

describe('controls', () => {
  it('count every terminal once, in one of six states', async () => {
    const view = controlsViewSchema.parse((await viewer.get('/api/controls')).body)
    const countsOf = (id: string) => view.rows.find(({ control }) => control === id)?.counts
    expect(view.terminals).toBe(4)
    expect(countsOf('av.definitions')).toEqual({ ...none, fail: 1, pass: 1, stale: 1, 'not-answered': 1 })
    expect(countsOf('media.inspection-campaign')).toEqual({ ...none, planned: 4 })
  })

  it.each([
    ['zone=mynumber', { fail: 1, pass: 1 }],
    [`group=${encodeURIComponent('企画課')}`, { stale: 1, 'not-answered': 1 }],
    [`zone=lgwan&group=${encodeURIComponent('税務課')}`, {}],
  ])('are filtered by %s', async (query, wanted) => {
    const view = controlViewSchema.parse((await viewer.get(`/api/controls/av.definitions?${query}`)).body)
    expect(view.counts).toEqual({ ...none, ...wanted })
    expect(view.clauses.filter(({ standard }) => standard === 'trial').map(({ ref }) => ref)).toEqual([
      '第1条',
      '第2条',
    ])
  })

  it('lead to their terminals, page by page, with the reason and what is wrong', async () => {
    const first = answeringPageSchema.parse((await viewer.get('/api/controls/av.definitions/terminals?limit=3')).body)
    expect(first).toMatchObject({
      total: 4,
      rows: [{ hostname: '=cmd|calc' }, { hostname: 'kikaku-03' }, { hostname: 'silent-04' }],
    })
    const last = await viewer.get(`/api/controls/av.definitions/terminals?limit=3&cursor=${first.nextCursor}`)
    expect(answeringPageSchema.parse(last.body)).toMatchObject({ nextCursor: null, rows: [{ hostname: 'zeimu-02' }] })
    const failing = await viewer.get('/api/controls/av.definitions/terminals?state=fail')
    expect(answeringPageSchema.parse(failing.body)).toMatchObject({
      total: 1,
      rows: [
        {
          zone: 'mynumber',
          group: '住民課',
          answer: { state: 'fail', result: { itemCount: 1, reason: { en: 'reason of av.definitions' } } },
        },
      ],
    })
  })

  it.each([
    '/api/controls/no.such',
    '/api/standards/no-such',
    '/api/terminals/T-0/answers',
    '/api/standards/trial/terminals?ref=x',
  ])('are not found at %s', async (path) => {
    expect(await viewer.get(path)).toMatchObject({ status: 404, body: { code: 'not-found' } })
  })

  it('are refused with an unknown part of the query', async () => {
    expect(await viewer.get('/api/controls?zone=mars')).toMatchObject({ status: 400 })
    expect(await viewer.get('/api/controls/sw.patch/terminals?cursor=abc')).toMatchObject({
      status: 400,
      body: { code: 'usage' },
    })
  })
})

describe('clauses', () => {
  it('come from every file that is whole; a damaged one is told and costs only itself', async () => {
    const view = standardsViewSchema.parse((await viewer.get('/api/standards')).body)
    expect(view.rows.map(({ id }) => id)).toEqual(['osaka', 'trial'])
    expect(view.problems).toMatchObject([{ code: 'standard.invalid', file: expect.stringContaining('damaged.yaml') }])
  })

  it('are as their worst control is, over the terminals of their zones', async () => {
    const view = standardViewSchema.parse((await viewer.get('/api/standards/trial')).body)
    expect(view.rows.map(({ counts }) => counts)).toEqual([
      { ...none, fail: 1, unknown: 1 },
      { ...none, fail: 1, stale: 1, 'not-answered': 1, planned: 1 },
    ])
    expect(view.rows[0]?.controls[0]).toMatchObject({ control: 'av.definitions', counts: { fail: 1, pass: 1 } })
  })

  it('lead to their terminals', async () => {
    const path = `/api/standards/trial/terminals?ref=${encodeURIComponent('第1条')}&state=unknown`
    expect(clauseTerminalsPageSchema.parse((await viewer.get(path)).body)).toMatchObject({
      total: 1,
      rows: [{ hostname: 'zeimu-02', state: 'unknown', answers: [{ state: 'pass' }, { state: 'unknown' }] }],
    })
  })

  it('are judged for one terminal by the clauses of its zone', async () => {
    const { body } = await viewer.get(`/api/terminals/${idOf('kikaku-03')}/clauses?standard=trial`)
    expect(terminalClausesSchema.parse(body)).toMatchObject({
      standard: { id: 'trial' },
      counts: { ...none, stale: 1 },
      rows: [{ ref: '第2条', answers: [{ state: 'planned' }, { state: 'stale' }] }],
    })
  })
})

describe('one terminal', () => {
  it('shows what it said, and which findings are open', async () => {
    const agent = agents.get('zeimu-02')
    const text = { ja: '更新の確認に失敗', en: 'updates could not be looked up' }
    const common = { key: '', outcome: 'unknown', text, since: hoursAgo(2), count: 1, readAt: null }
    const [opened] = createLines(1, undefined, {
      kind: 'finding.opened',
      data: { ...common, reason: text, remedy: text },
    })
    await agent?.deliver(opened === undefined ? [] : [opened])
    const read = async () =>
      terminalAnswersSchema.parse((await viewer.get(`/api/terminals/${idOf('zeimu-02')}/answers`)).body)
    const before = await read()
    expect(before.findings).toMatchObject([{ outcome: 'unknown', text, closedAt: null }])
    expect(before.counts).toMatchObject({ pass: 1, unknown: 1 })
    const closing = { ...common, because: 'passed' }
    await agent?.deliver(
      createLines(1, { seq: 1, hash: opened?.hash ?? '' }, { kind: 'finding.closed', data: closing }),
    )
    expect(await read()).toMatchObject({ findings: [], closed: [{ text }] })
  })

  it('that was never heard answers nothing', async () => {
    const { body } = await viewer.get(`/api/terminals/${idOf('silent-04')}/answers`)
    const { reportedAt, counts } = terminalAnswersSchema.parse(body)
    expect({ reportedAt, pass: counts.pass, fail: counts.fail }).toEqual({ reportedAt: null, pass: 0, fail: 0 })
  })

  it('has its results aged by the policy that it judged against', async () => {
    const policy = signPolicy(center.signers, {
      id: 'P-stale',
      appliesTo: { zones: ['internet'] },
      checks: { staleAfterMinutes: 30 },
    })
    await center.ask('document.push', { kind: 'policy', envelope: policy })
    const digest = (await center.center.store.documents.list('policy', { limit: 1 })).rows[0]?.digest
    const agent = agents.get('zeimu-02')
    agent?.send({ type: 'results', at: hoursAgo(0), policyDigest: digest, results: [result('av.definitions', 'pass')] })
    await until(async () => (await center.center.store.results.find(idOf('zeimu-02')))?.policyDigest === digest)
    const { body } = await viewer.get(`/api/terminals/${idOf('zeimu-02')}/answers`)
    const state = terminalAnswersSchema.parse(body).answers.find(({ control }) => control === 'av.definitions')?.state
    const view = controlViewSchema.parse((await viewer.get('/api/controls/av.definitions')).body)
    expect({ state, counted: view.counts.stale }).toEqual({ state: 'stale', counted: 2 })
  })
})

describe('the fleet in short', () => {
  it('names what fails most', async () => {
    const posture = postureSchema.parse((await viewer.get('/api/posture')).body)
    expect(posture).toMatchObject({
      terminals: 4,
      reporting: 3,
      failing: [{ control: 'av.definitions', fail: 1 }],
      failingControls: 1,
      findings: { open: 0, terminals: 0 },
    })
    expect((await viewer.get('/api/groups')).body).toEqual({ groups: ['企画課', '住民課', '税務課'].toSorted() })
  })
})

describe('files', () => {
  it('open in Excel, and run nothing of what terminals call themselves', async () => {
    const { headers, body } = await viewer.get('/api/controls/av.definitions/terminals/export?state=fail')
    expect(headers['content-disposition']).toMatch(
      /attachment; filename="tanmori-av\.definitions-\d{4}-\d\d-\d\d\.csv"/,
    )
    const text = String(body)
    expect(text.startsWith('\ufeff端末番号,端末名,系,グループ,状態,理由')).toBe(true)
    expect(text.endsWith('\r\n')).toBe(true)
    expect(text).toContain(`,'=cmd|calc,マイナンバー利用事務系,住民課,不適合,av.definitions の理由,1,"""引用"" あり",`)
    expect(text.split('\r\n')).toHaveLength(3)
  })

  it.each([
    ['/api/controls/export', 60],
    ['/api/controls/sw.patch/terminals/export', 4],
    ['/api/standards/trial/export', 2],
    [`/api/standards/trial/terminals/export?ref=${encodeURIComponent('第2条')}`, 4],
  ])('are whole as JSON: %s', async (path, atLeast) => {
    const { body } = await viewer.get(`${path}${path.includes('?') ? '&' : '?'}format=json`)
    expect(Array.isArray(body) && body.length >= atLeast).toBe(true)
  })

  it('are on record: who took which', async () => {
    const { body } = await viewer.get('/api/audit?q=results.export')
    expect(body).toMatchObject({ rows: [{ actor: 'admin', action: 'results.export' }, {}, {}, {}, {}] })
  })
})

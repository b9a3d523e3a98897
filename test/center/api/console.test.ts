import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  auditPageSchema,
  documentRowSchema,
  documentViewSchema,
  eventsPageSchema,
  overviewSchema,
  terminalsPageSchema,
  terminalViewSchema,
} from '../../../src/center/api/contract.ts'
import { connect, createLines, enrol } from '../support/agent.ts'
import { signIn, type TestBrowser } from '../support/browser.ts'
import { startCenter, type TestCenter } from '../support/center.ts'
import { createSigners, signGrant, signPolicy, signRoot } from '../support/signed.ts'
import { until } from '../support/until.ts'

let center: TestCenter
const browsers: Partial<Record<'viewer' | 'operator' | 'administrator', TestBrowser>> = {}
const by = (role: 'viewer' | 'operator' | 'administrator'): TestBrowser => {
  const browser = browsers[role]
  if (browser === undefined) throw new Error(role)
  return browser
}
beforeAll(async () => {
  center = await startCenter({ collectorLimits: { enrolPerMinute: 1_000 } })
  browsers.administrator = await signIn(center)
  for (const role of ['viewer', 'operator'] as const) {
    const added = z
      .object({ name: z.string(), password: z.string() })
      .parse(await center.ask('user.add', { name: `${role}1`, role }))
    browsers[role] = await signIn(center, added)
  }
}, 60_000)
afterAll(() => center.end())

describe('roles', () => {
  const digest = 'f'.repeat(64)
  it.each([
    ['GET', '/api/overview', 'viewer'],
    ['GET', '/api/terminals', 'viewer'],
    ['GET', '/api/violations', 'viewer'],
    ['GET', '/api/documents', 'viewer'],
    ['POST', '/api/documents', 'operator'],
    ['GET', '/api/controls', 'viewer'],
    ['GET', '/api/standards', 'viewer'],
    ['GET', '/api/controls/export', 'viewer'],
    ['POST', `/api/documents/${digest}/dry-run`, 'operator'],
    ['POST', `/api/documents/${digest}/push`, 'operator'],
    ['POST', '/api/terminals/T-1/revoke', 'administrator'],
    ['GET', '/api/audit', 'administrator'],
  ] as const)('%s %s is for %s and above', async (method, path, wanted) => {
    const order = ['viewer', 'operator', 'administrator'] as const
    for (const role of order) {
      const { status, body } = await by(role).call(method, path, method === 'POST' ? {} : undefined)
      const isRefused = status === 403 && z.object({ code: z.literal('forbidden') }).safeParse(body).success
      expect(isRefused, role).toBe(order.indexOf(role) < order.indexOf(wanted))
    }
  })
})

describe('terminals and violations', () => {
  it('shows in pages what terminals sent', async () => {
    const agent = await connect(center, await enrol(center, { hostname: 'zeimu-01' }), { hostname: 'zeimu-01' })
    await agent.deliver(createLines(3))
    agent.send({ type: 'facts', check: 'device.plugged', readAt: new Date().toISOString(), facts: [] })
    await until(() => center.center.store.terminals.findFacts(agent.terminalId, 'device.plugged'))
    const first = eventsPageSchema.parse((await by('viewer').get('/api/violations?limit=2&q=zeimu-01')).body)
    expect(first.rows.map(({ seq }) => seq)).toEqual([3, 2])
    const next = await by('viewer').get(`/api/violations?limit=2&q=zeimu-01&cursor=${first.nextCursor}`)
    expect(eventsPageSchema.parse(next.body)).toMatchObject({ rows: [{ seq: 1 }], nextCursor: null })
    const view = terminalViewSchema.parse((await by('viewer').get(`/api/terminals/${agent.terminalId}`)).body)
    expect(view).toMatchObject({
      hostname: 'zeimu-01',
      plugged: [],
      violations24h: 3,
      chain: { lastSeq: 3, state: 'whole' },
    })
    // Presence is gathered for a moment before it is saved.
    const list = await until(async () => {
      const page = terminalsPageSchema.parse((await by('viewer').get('/api/terminals?q=zeimu&state=online')).body)
      return page.rows.length > 0 && page
    })
    expect(list.rows).toMatchObject([{ id: agent.terminalId }])
    const overview = overviewSchema.parse((await by('viewer').get('/api/overview')).body)
    expect(overview.zones.map(({ zone }) => zone)).toEqual(['mynumber', 'lgwan', 'internet'])
    expect(overview.zones[0]).toMatchObject({ violations24h: { high: 3 } })
    agent.close()
  })

  it('does not count what is only information as a violation', async () => {
    const agent = await connect(center, await enrol(center, { hostname: 'info-01' }))
    await agent.deliver(createLines(2, undefined, { kind: 'agent.started' }))
    const events = await by('viewer').get(`/api/terminals/${agent.terminalId}/events`)
    expect(eventsPageSchema.parse(events.body).rows).toHaveLength(2)
    const violations = await by('viewer').get(`/api/violations?terminal=${agent.terminalId}`)
    expect(eventsPageSchema.parse(violations.body).rows).toHaveLength(0)
    agent.close()
  })

  it.each([
    ['/api/terminals?zone=mars', 'query.zone'],
    ['/api/terminals?unknown=1', 'query'],
    ['/api/terminals?limit=100000', 'query.limit'],
    ['/api/violations?severity=info', 'query.severity'],
  ])('refuses %s, naming the part', async (path, part) => {
    const { status, body } = await by('viewer').get(path)
    expect(status).toBe(400)
    expect(body).toMatchObject({ code: 'protocol.invalid', detail: expect.stringContaining(part) })
  })

  it('refuses a cursor that no page gave', async () => {
    expect(await by('viewer').get('/api/terminals?cursor=abc')).toMatchObject({ status: 400, body: { code: 'usage' } })
  })

  it('revokes a terminal once', async () => {
    const agent = await connect(center, await enrol(center))
    await agent.next('welcome')
    const path = `/api/terminals/${agent.terminalId}/revoke`
    const done = await by('administrator').post(path, { reason: '紛失' })
    expect(done).toMatchObject({ status: 200, body: { state: 'revoked' } })
    expect(await agent.closed).toMatchObject({ reason: 'terminal.revoked' })
    expect(await by('administrator').post(path, { reason: '紛失' })).toMatchObject({ status: 409 })
    expect(await by('administrator').post('/api/terminals/T-0/revoke', { reason: 'x' })).toMatchObject({ status: 404 })
  })
})

describe('documents', () => {
  const upload = (envelope: unknown) => by('operator').post('/api/documents', { envelope })

  it('takes a signed policy, sends it on push, and follows it to the terminal', async () => {
    const agent = await connect(center, await enrol(center, { hostname: 'doc-01' }), { hostname: 'doc-01' })
    await agent.next('welcome')
    const uploaded = await upload(signPolicy(center.signers, { id: 'P-1' }))
    expect(uploaded.status).toBe(201)
    const row = documentRowSchema.parse(uploaded.body)
    expect(row).toMatchObject({ kind: 'policy', version: 1, pushedAt: null, progress: { waiting: 0 } })
    expect(row.signers.map(({ holder, role }) => `${holder} ${role}`)).toEqual([
      '山田 花子 author',
      '佐藤 次郎 approver',
    ])
    const pushed = await by('operator').post(`/api/documents/${row.digest}/push`, {})
    expect(pushed).toMatchObject({ status: 200, body: { pushedBy: 'operator1' } })
    expect(await agent.next('policy')).toMatchObject({ document: 'policy' })
    const result = { type: 'policy-result', document: 'policy', digest: row.digest, policy: null }
    agent.send({ ...result, outcome: 'refused', code: 'policy.not-yet-valid', detail: 'clock' })
    const view = await until(async () => {
      const { body } = await by('viewer').get(`/api/documents/${row.digest}`)
      const parsed = documentViewSchema.parse(body)
      return parsed.progress.refused === 1 && parsed
    })
    expect(view.terminals[0]).toMatchObject({ hostname: 'doc-01', outcome: 'refused', code: 'policy.not-yet-valid' })
    expect(await upload(signPolicy(center.signers, { id: 'P-1' }))).toMatchObject({ status: 200 })
    agent.close()
  })

  it('gives a terminal on its hello the newest policy, and grants, but not what it holds', async () => {
    const policies = [1, 2].map((version) =>
      signPolicy(center.signers, { id: 'P-2', version, appliesTo: { zones: ['lgwan'] } }),
    )
    for (const envelope of policies) await center.ask('document.push', { kind: 'policy', envelope })
    await center.ask('document.push', { kind: 'grant', envelope: signGrant(center.signers, { zones: ['lgwan'] }) })
    const enrolled = await enrol(center, {}, await center.token({ zone: 'lgwan' }))
    const agent = await connect(center, enrolled)
    expect(await agent.next('policy')).toMatchObject({ document: 'policy', envelope: policies[1] })
    const { envelope } = await agent.next('grant')
    const digest = createHash('sha256').update(Buffer.from(envelope.payload, 'base64')).digest('hex')
    agent.send({
      type: 'policy-result',
      document: 'grant',
      digest,
      outcome: 'applied',
      code: 'ok',
      detail: '',
      policy: null,
    })
    await until(async () =>
      (await center.center.store.documents.resultsOf(agent.terminalId)).some((row) => row.digest === digest),
    )
    agent.close()
    const again = await connect(center, enrolled)
    expect(await again.next('policy')).toMatchObject({ envelope: policies[1] })
    expect(await again.deliver(createLines(1))).toBe(1)
    expect(again.waiting('grant')).toBe(0)
    again.close()
    const { rows } = await center.center.store.documents.list('policy', { limit: 10 })
    expect(rows.filter(({ id }) => id === 'P-2').map(({ version, superseded }) => [version, superseded])).toEqual([
      [2, false],
      [1, true],
    ])
    const old = rows.find(({ id, version }) => id === 'P-2' && version === 1)
    expect(await by('operator').post(`/api/documents/${old?.digest}/push`, {})).toMatchObject({
      status: 409,
      body: { code: 'superseded' },
    })
  })

  it.each([
    ['signed by strangers', () => signPolicy(createSigners(), { id: 'P-3' }), 'envelope.threshold'],
    [
      'of an older version',
      () =>
        signPolicy(center.signers, {
          id: 'P-2',
          version: 1,
          title: { ja: '別', en: 'x' },
          appliesTo: { zones: ['lgwan'] },
        }),
      'policy.version-not-higher',
    ],
    [
      'that has expired',
      () => signPolicy(center.signers, { id: 'P-3', expires: '2021-01-01T00:00:00Z' }),
      'policy.expired',
    ],
    [
      'a grant whose applicant approves',
      () => signGrant(center.signers, { id: 'G-2', applicant: '佐藤 次郎' }),
      'grant.same-person',
    ],
    ['a root that the present one did not accept', () => signRoot(createSigners(), undefined, 2), 'root.not-accepted'],
  ])('refuses a document %s, says why, and keeps nothing', async (_name, create, code) => {
    const before = await center.center.store.documents.list(undefined, { limit: 100 })
    expect(await upload(create())).toMatchObject({ status: 422, body: { code } })
    const after = await center.center.store.documents.list(undefined, { limit: 100 })
    expect(after.rows).toHaveLength(before.rows.length)
  })

  it('takes a new root that the present one accepts, and sends it to every terminal', async () => {
    const agent = await connect(center, await enrol(center))
    await agent.next('welcome')
    const next = createSigners()
    await center.ask('document.push', { kind: 'root', envelope: signRoot(next, [center.signers, next], 2) })
    const documents = [await agent.next('policy'), await agent.next('policy')].map(({ document }) => document)
    expect(documents).toEqual(['policy', 'root'])
    const uploaded = await upload(signPolicy(next, { id: 'P-4' }))
    expect(uploaded.status).toBe(201)
    agent.close()
  })

  it('writes down who did what', async () => {
    const { body } = await by('administrator').get('/api/audit?q=document.push')
    const { rows } = auditPageSchema.parse(body)
    expect(rows.find(({ actor }) => actor === 'operator1')).toMatchObject({ outcome: 'done', remote: '127.0.0.1' })
  })
})

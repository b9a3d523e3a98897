import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCrypto } from '../../../src/crypto.ts'
import { openOwnRoot } from '../../../src/policy/accept-root.ts'
import { enrolResponseSchema } from '../../../src/protocol/enrol.ts'
import { createCsr, enrolBody, postEnrol } from '../support/agent.ts'
import { startCenter, type TestCenter } from '../support/center.ts'

let center: TestCenter
beforeAll(async () => {
  center = await startCenter({ collectorLimits: { enrolPerMinute: 100 } })
}, 60_000)
afterAll(() => center.end())

describe('POST /enrol', () => {
  it('certifies the terminal’s own key and hands over the root that the token names', async () => {
    const { csr } = await createCsr()
    const { status, body } = await postEnrol(center, enrolBody(await center.token({ group: '税務課' }), csr))
    expect(status).toBe(200)
    const response = enrolResponseSchema.parse(body)
    expect(response).toMatchObject({ zone: 'mynumber', group: '税務課', ca: center.ca })
    const root = openOwnRoot({ incoming: response.root, crypto: createCrypto() })
    expect(root.document.keys).toHaveLength(2)
    const stored = await center.center.store.terminals.find(response.terminalId)
    expect(stored).toMatchObject({ hostname: 'pc-001', zone: 'mynumber', hardware: 'a'.repeat(64) })
    const results = await center.center.store.documents.resultsOf(response.terminalId)
    expect(results).toMatchObject([{ digest: root.digest, outcome: 'applied' }])
  })

  it('keeps no secret of a token, and writes every attempt into the audit record', async () => {
    const token = await center.token()
    const { csr } = await createCsr()
    const body = enrolBody(token, csr)
    await postEnrol(center, { ...body, secret: 'wrong' })
    const { rows } = await center.center.store.audit.list('terminal.enrol', { limit: 1 })
    expect(rows[0]).toMatchObject({ outcome: 'refused', actor: `token ${body.tokenId}`, remote: '127.0.0.1' })
    const stored = await center.center.store.tokens.find(body.tokenId)
    expect(JSON.stringify(stored)).not.toContain(body.secret)
  })

  it.each([
    ['an unknown token', { tokenId: 'nobody' }, 403, 'enrol.refused'],
    ['a wrong secret', { secret: 'x'.repeat(43) }, 403, 'enrol.refused'],
    ['a text that is no request', { csr: 'hello' }, 403, 'enrol.refused'],
    ['a key that is not in the contract', { extra: 1 }, 400, 'protocol.invalid'],
    ['a hardware that is no digest', { hardware: 'pc' }, 400, 'protocol.invalid'],
    ['a body above the limit', { hostname: 'x'.repeat(40_000) }, 413, 'protocol.too-large'],
  ])('refuses %s', async (_name, change, status, code) => {
    const { csr } = await createCsr()
    const answer = await postEnrol(center, { ...enrolBody(await center.token(), csr), ...change })
    expect(answer).toMatchObject({ status, body: { code } })
  })

  it('refuses a token once its uses are taken', async () => {
    const token = await center.token({ uses: 1 })
    const first = await postEnrol(center, enrolBody(token, (await createCsr()).csr))
    const second = await postEnrol(center, enrolBody(token, (await createCsr()).csr))
    expect([first.status, second.status]).toEqual([200, 403])
    expect(second.body).toMatchObject({ code: 'enrol.refused', detail: 'token: unknown, used up or expired' })
  })

  it('refuses a key that is enrolled already, and takes no use for it', async () => {
    const token = await center.token({ uses: 2 })
    const body = enrolBody(token, (await createCsr()).csr)
    await postEnrol(center, body)
    expect(await postEnrol(center, body)).toMatchObject({ status: 403 })
    expect(await center.center.store.tokens.find(body.tokenId)).toMatchObject({ usesLeft: 1 })
  })

  it('refuses a token after its time', async () => {
    const token = await center.token({ hours: 1 })
    center.clock.advance(3_600_001)
    expect(await postEnrol(center, enrolBody(token, (await createCsr()).csr))).toMatchObject({ status: 403 })
  })

  it('refuses what is not JSON', async () => {
    expect(await postEnrol(center, '{')).toMatchObject({ status: 400, body: { code: 'protocol.invalid' } })
  })

  it('refuses more attempts from one address than the limit', async () => {
    const limited = await startCenter({ collectorLimits: { enrolPerMinute: 2 } })
    const statuses = []
    for (let attempt = 0; attempt < 3; attempt += 1) statuses.push((await postEnrol(limited, {})).status)
    expect(statuses).toEqual([400, 400, 429])
    await limited.end()
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  buildsViewSchema,
  buildTerminalsPageSchema,
  buildViewSchema,
  proofViewSchema,
  terminalProofsSchema,
} from '../../../src/center/api/proofs-contract.ts'
import type { Proof, SignedProof } from '../../../src/protocol/proof.ts'
import { findProofFault, formatSignedProof, parseSignedProof, proofDigest } from '../../../src/signed-proof.ts'
import { makeItem, makeKey, makeProof, makeSignedProof } from '../../proofs.ts'
import { connect, type Enrolled, enrol, type TestAgent } from '../support/agent.ts'
import { signIn, type TestBrowser } from '../support/browser.ts'
import { startCenter, type TestCenter } from '../support/center.ts'

let center: TestCenter
let viewer: TestBrowser
const agents = new Map<string, Readonly<{ agent: TestAgent; enrolled: Enrolled }>>()

const windows = { os: 'Windows 11 Pro', build: '26100.2314', standIn: null, hardware: null }
const wine = { ...windows, standIn: 'Wine 10.0' }
const recovers = makeItem({ id: 'agent.recovers' })
const stays = makeItem({
  id: 'agent.recovers',
  outcome: 'disproven',
  reason: { ja: '戻りません', en: 'It stayed away' },
})
const untried = makeItem({ id: 'guard.class-denied.optical', outcome: 'not-tried' })

beforeAll(async () => {
  center = await startCenter({ collectorLimits: { enrolPerMinute: 1_000 } })
  viewer = await signIn(center)
  for (const hostname of ['a-01', 'b-02', 'c-03']) {
    const enrolled = await enrol(center, { hostname }, await center.token({ zone: 'mynumber', group: '住民課' }))
    const agent = await connect(center, enrolled, { hostname })
    await agent.next('welcome')
    agents.set(hostname, { agent, enrolled })
  }
}, 60_000)
afterAll(async () => {
  for (const { agent } of agents.values()) agent.close()
  await center.end()
})

function of(hostname: string): Readonly<{ agent: TestAgent; enrolled: Enrolled }> {
  const found = agents.get(hostname)
  if (found === undefined) throw new Error(`no ${hostname}`)
  return found
}

function signedOf(hostname: string, changes: Partial<Proof>): SignedProof {
  const { agent, enrolled } = of(hostname)
  const proof = makeProof(changes)
  return makeSignedProof({ ...proof, terminal: { ...proof.terminal, id: agent.terminalId, hostname } }, enrolled.key)
}

async function send(hostname: string, signed: SignedProof) {
  of(hostname).agent.send({ type: 'proof', signed })
  return await of(hostname).agent.next('proof-ack')
}

describe('a proof', () => {
  it('is kept, acknowledged by its digest, and kept once though it comes twice', async () => {
    const signed = signedOf('a-01', { machine: windows, items: [recovers, untried] })
    const sha256 = proofDigest(signed.proof)
    expect(await send('a-01', signed)).toEqual({ type: 'proof-ack', sha256, refused: null })
    expect(await send('a-01', signed)).toEqual({ type: 'proof-ack', sha256, refused: null })
    const { agent } = of('a-01')
    const list = terminalProofsSchema.parse((await viewer.get(`/api/terminals/${agent.terminalId}/proofs`)).body)
    expect(list.rows).toMatchObject([
      { sha256, os: 'Windows 11 Pro', build: '26100.2314', counts: { proven: 1, disproven: 0, 'not-tried': 1 } },
    ])
    const view = proofViewSchema.parse((await viewer.get(`/api/terminals/${agent.terminalId}/proofs/${sha256}`)).body)
    expect(view.proof).toEqual(signed.proof)
  })

  it('leaves the center as the file that its terminal signed', async () => {
    const signed = signedOf('a-01', { machine: windows, startedAt: '2026-11-21T00:30:00.000Z', items: [untried] })
    const { sha256 } = await send('a-01', signed)
    const path = `/api/terminals/${of('a-01').agent.terminalId}/proofs/${sha256}/file`
    const answer = await viewer.open('GET', path)
    let text = ''
    for await (const chunk of answer) text += String(chunk)
    expect(text).toBe(formatSignedProof(signed))
    const parsed = parseSignedProof(text)
    expect(parsed === null ? 'no proof' : findProofFault(parsed)).toBeNull()
    const audit = await center.center.store.audit.list(undefined, { limit: 1 })
    expect(audit.rows).toMatchObject([{ action: 'results.export', detail: expect.stringMatching(/^tanmori-proof-/) }])
  })

  it.each([
    ['of another key', () => makeSignedProof(makeProof(), makeKey()), /enrolled with/],
    [
      'of another terminal',
      () => makeSignedProof(makeProof(), of('a-01').enrolled.key),
      /of terminal .*, came one of T-1/,
    ],
    [
      'that was altered',
      () => {
        const signed = signedOf('a-01', { items: [stays] })
        return { ...signed, proof: { ...signed.proof, items: [recovers] } }
      },
      /as its terminal signed it.*content/,
    ],
  ])('%s is refused for good, and nothing of it is kept', async (_what, make, reason) => {
    const { agent } = of('a-01')
    const before = await center.center.store.proofs.listOf(agent.terminalId)
    expect(await send('a-01', make())).toMatchObject({ refused: expect.stringMatching(reason) })
    expect(await center.center.store.proofs.listOf(agent.terminalId)).toEqual(before)
  })
})

describe('builds', () => {
  beforeAll(async () => {
    await send('b-02', signedOf('b-02', { machine: windows, items: [recovers, untried] }))
    await send('b-02', signedOf('b-02', { machine: windows, startedAt: '2026-11-21T03:00:00.000Z', items: [stays] }))
    await send('c-03', signedOf('c-03', { machine: wine, items: [recovers] }))
  })
  const query = `os=${encodeURIComponent(windows.os)}&build=${windows.build}`

  it('are counted by the newest proof of each terminal; what stands in for a system is another build', async () => {
    const view = buildsViewSchema.parse((await viewer.get('/api/proofs')).body)
    expect(view.rows).toMatchObject([
      { build: '26100.2314', standIn: null, terminals: 2, items: { proven: 0, disproven: 1, 'not-tried': 1 } },
      { build: '26100.2314', standIn: 'Wine 10.0', terminals: 1, items: { proven: 1, disproven: 0, 'not-tried': 0 } },
    ])
  })

  it('say of each thing on how many terminals it ended how, and what was never proven', async () => {
    const view = buildViewSchema.parse((await viewer.get(`/api/proofs/build?${query}`)).body)
    expect(view.rows).toMatchObject([
      { id: 'agent.recovers', terminals: { proven: 1, disproven: 1, 'not-tried': 0 } },
      { id: 'guard.class-denied.optical', terminals: { proven: 0 }, lastProvenAt: null },
    ])
    expect((await viewer.get('/api/proofs/build?os=x&build=y')).status).toBe(404)
  })

  it('lead to their terminals, page by page, with the reason', async () => {
    const path = `/api/proofs/terminals?${query}&item=agent.recovers`
    const first = buildTerminalsPageSchema.parse((await viewer.get(`${path}&limit=1`)).body)
    expect(first.rows).toMatchObject([{ hostname: 'a-01', outcome: 'proven' }])
    const second = await viewer.get(`${path}&limit=1&cursor=${first.nextCursor}`)
    expect(buildTerminalsPageSchema.parse(second.body)).toMatchObject({
      nextCursor: null,
      rows: [{ hostname: 'b-02', outcome: 'disproven', reason: { en: 'It stayed away' } }],
    })
    const failing = buildTerminalsPageSchema.parse((await viewer.get(`${path}&outcome=disproven`)).body)
    expect(failing.rows.map(({ hostname }) => hostname)).toEqual(['b-02'])
  })

  it('are exported, and printed on the command line', async () => {
    const csv = String((await viewer.get('/api/proofs/export?format=csv&lang=ja')).body)
    expect(csv.split('\r\n')[0]).toContain('OS,ビルド,代替環境,試験した端末')
    expect(csv).toMatch(/Windows 11 Pro,26100\.2314,,2,agent\.recovers,停止からの復帰,1,1,0/)
    const list = String((await viewer.get(`/api/proofs/terminals/export?${query}&item=agent.recovers&lang=en`)).body)
    expect(list).toMatch(/b-02,.*disproven,It stayed away/)
  })

  it('count a revoked terminal no more', async () => {
    await center.center.store.terminals.revoke(of('c-03').agent.terminalId, 'lost', '2026-11-21T05:00:00.000Z')
    const view = buildsViewSchema.parse((await viewer.get('/api/proofs')).body)
    expect(view.rows.map(({ standIn }) => standIn)).toEqual([null])
  })

  it('keep the newest proof of every build that a terminal ran, though many came after', async () => {
    const { store } = center.center
    const { terminalId } = of('a-01').agent
    for (let day = 1; day <= 14; day += 1) {
      const startedAt = `2026-12-${String(day).padStart(2, '0')}T00:00:00.000Z`
      const signed = signedOf('a-01', { machine: { ...windows, build: '26200.1' }, startedAt })
      const receivedAt = '2027-01-01T00:00:00.000Z'
      await store.proofs.put({ terminalId, sha256: proofDigest(signed.proof), signed, receivedAt })
    }
    const held = await store.proofs.listOf(terminalId)
    expect(held.filter(({ build }) => build === '26200.1')).toHaveLength(10)
    expect(held.filter(({ build }) => build === '26100.2314')).toHaveLength(1)
  })
})

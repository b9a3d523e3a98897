import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Identity } from '../../agent/identity.ts'
import { createJournal, type Journal } from '../../agent/journal/journal.ts'
import { createTimers } from '../../agent/timers.ts'
import { decideDelayMs } from '../../agent/uplink/backoff.ts'
import { enrol } from '../../agent/uplink/enrol.ts'
import { defaultUplinkLimits, type UplinkLimits } from '../../agent/uplink/limits.ts'
import type { SessionChecks } from '../../agent/uplink/session.ts'
import { createUplink, type Uplink } from '../../agent/uplink/uplink.ts'
import { silentLog } from '../../src/log.ts'
import type { Envelope } from '../../src/protocol/messages.ts'
import type { SignedProof } from '../../src/protocol/proof.ts'
import { proofDigest } from '../../src/signed-proof.ts'
import { crypto } from '../policy/signers.ts'
import { localKey, makeProof, makeSignedProof } from '../proofs.ts'
import { type LoopbackCollector, startCollector } from './loopback-collector.ts'

const machine = { hostname: 'PC-01', os: 'Debian 13', bootId: 'boot-1', hardware: 'ab'.repeat(32) }
const fast: Partial<UplinkLimits> = { firstDelayMs: 1, maxDelayMs: 20, coalesceMs: 1, coalesceChecksMs: 1 }

let dir: string
let collector: LoopbackCollector
let journal: Journal
let uplinks: Uplink[]
let applied: { document: string; envelope: unknown; source: string }[]
let notices: { ja: string; en: string }[]
let rescans: number
let untold: { check: string; readAt: string; hash: string; facts: unknown }[]
let told: string[]
let rounds: number
let proofs: SignedProof[]
let toldProofs: { sha256: string; refused: string | null }[]

/** Checks with one result and whatever facts are untold. */
const checks: SessionChecks = {
  results: () => [
    {
      control: 'cfg.time-sync',
      outcome: 'fail',
      reason: { ja: '5分進んでいます', en: 'five minutes fast' },
      items: [],
      itemCount: 0,
      since: '2026-07-01T00:00:00.000Z',
      readAt: '2026-07-01T00:00:00.000Z',
      isStale: false,
    },
  ],
  policyDigest: () => null,
  untoldFacts: () => untold,
  noteTold: (check: string, hash: string) => void told.push(`${check} ${hash}`),
  run: async () => {
    rounds += 1
  },
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-uplink-'))
  uplinks = []
  applied = []
  proofs = []
  toldProofs = []
  notices = []
  rescans = 0
  untold = []
  told = []
  rounds = 0
  journal = createJournal({ dir, now: () => new Date(), bootId: 'boot-1' })
})
afterEach(async () => {
  for (const uplink of uplinks) await uplink.stop()
  await collector.stop()
  journal.close()
  rmSync(dir, { recursive: true, force: true })
})

const enrolDeps = { now: () => new Date(), crypto, machine, agentVersion: '0.1.0' }
let enrolled: Pick<Identity, 'key' | 'certificate'> | null = null
/** One real key and certificate for all tests. */
async function identity(): Promise<Pick<Identity, 'key' | 'certificate'>> {
  if (enrolled !== null) return enrolled
  const issuer = await startCollector(async () => ({ key: '', certificate: '' }))
  enrolled = await enrol(issuer.token(), enrolDeps)
  await issuer.stop()
  return enrolled
}

function connect(changes: Partial<UplinkLimits> = {}, to: Partial<Identity> = {}): Uplink {
  const uplink = createUplink({
    identity: { ...collector.identity, ...to },
    machine,
    agentVersion: '0.1.0',
    journal,
    policy: {
      applied: () => null,
      applyEnvelope: async (document, envelope, source) => {
        applied.push({ document, envelope, source })
        return { document, digest: 'cd'.repeat(32), outcome: 'applied', code: 'ok', detail: '', policy: null }
      },
    },
    sensors: () => [journal.health()],
    plugged: () => [],
    rescan: async () => {
      rescans += 1
    },
    checks,
    proofs: { untold: () => proofs, noteTold: (sha256, refused) => void toldProofs.push({ sha256, refused }) },
    notify: (notice) => notices.push(notice),
    now: () => new Date(),
    nowMs: () => performance.now(),
    random: Math.random,
    timers: createTimers(),
    log: silentLog,
    limits: { ...fast, ...changes },
  })
  uplinks.push(uplink)
  return uplink
}
const refuse = (subject: string) => journal.append({ kind: 'media.refused', subject })
const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, index) => from + index)

describe('a connection', () => {
  it('says who it is, sends what is held, then each violation as it happens, and forgets nothing before the ack', async () => {
    collector = await startCollector(identity)
    for (const port of ['1-1', '1-2']) refuse(port)
    await connect().start()
    await collector.waitFor(() => collector.seqs().length === 2)
    const [hello] = collector.of('hello')
    expect(hello).toMatchObject({ terminalId: 'T-1', zone: 'mynumber', hardware: machine.hardware, lastSeq: 2 })
    refuse('1-3')
    await collector.waitFor(() => collector.seqs().length === 3)
    expect(collector.seqs()).toEqual([1, 2, 3])
    await collector.waitFor(() => collector.of('status').length > 0 && collector.of('facts').length > 0)
    expect(collector.of('facts')[0]).toMatchObject({ check: 'device.plugged', facts: [] })
  })

  it('counts nothing as held before the collector acknowledged it', async () => {
    collector = await startCollector(identity, { acknowledges: false })
    refuse('1-1')
    await connect().start()
    await collector.waitFor(() => collector.seqs().length === 1)
    expect(journal.pending()).toBe(1)
    collector.send({ type: 'ack', upTo: 1 })
    await collectorSettles()
    expect(journal.pending()).toBe(0)
  })

  it('takes an acknowledgement of what was never sent for no more than what was', async () => {
    collector = await startCollector(identity, { acknowledges: false })
    for (const port of ['1-1', '1-2']) refuse(port)
    await connect({ maxInFlight: 1 }).start()
    await collector.waitFor(() => collector.seqs().length === 1)
    collector.send({ type: 'ack', upTo: 99 })
    await collector.waitFor(() => collector.seqs().length === 2)
    expect(journal.pending()).toBe(1)
  })

  it('cut in the middle is made again, and what was not acknowledged comes again', async () => {
    collector = await startCollector(identity, { acknowledges: false })
    refuse('1-1')
    await connect().start()
    await collector.waitFor(() => collector.seqs().length === 1)
    collector.cut()
    await collector.waitFor(() => collector.seqs().length === 2)
    expect(collector.seqs()).toEqual([1, 1])
    expect(collector.of('hello')).toHaveLength(2)
  })

  it('finds a collector that starts after it, and one that comes back', async () => {
    collector = await startCollector(identity)
    const { port } = collector
    await collector.stop()
    const uplink = connect()
    await uplink.start()
    refuse('1-1')
    collector = await startCollector(identity, { port })
    await collector.waitFor(() => collector.seqs().length === 1)
    expect(uplink.state().state).toBe('connected')
  })

  it('sends an outage of 1,500 events in order, each once, behind the window of acknowledgements', async () => {
    collector = await startCollector(identity, { maxEventsPerSecond: 100_000 })
    for (let count = 0; count < 1_500; count += 1) journal.append({ kind: 'device.allowed', subject: `d${count}` })
    await connect({ maxInFlight: 100 }).start()
    await collector.waitFor(() => collector.seqs().length >= 1_500)
    expect(collector.seqs()).toEqual(upTo(1_500))
    expect(Math.max(...collector.of('events').map(({ events }) => events.length))).toBeLessThanOrEqual(100)
  })

  it('is paced by the collector', async () => {
    collector = await startCollector(identity, { maxEventsPerSecond: 5 })
    for (let count = 0; count < 8; count += 1) refuse(`1-${count}`)
    await connect().start()
    await collector.waitFor(() => collector.seqs().length === 8)
    expect(collector.of('events')[0]?.events).toHaveLength(5)
    expect(collector.seqs()).toEqual(upTo(8))
  })

  it('splits what would not fit in one frame', async () => {
    collector = await startCollector(identity)
    for (let count = 0; count < 80; count += 1) {
      journal.append({ kind: 'media.refused', subject: 'x', data: { text: 'あ'.repeat(10_000) } })
    }
    await connect().start()
    await collector.waitFor(() => collector.seqs().length === 80)
    expect(collector.of('events').length).toBeGreaterThan(1)
    expect(collector.seqs()).toEqual(upTo(80))
  })

  it('asked again from an earlier line sends from there', async () => {
    collector = await startCollector(identity)
    for (const port of ['1-1', '1-2', '1-3']) refuse(port)
    await connect().start()
    await collector.waitFor(() => collector.seqs().length === 3)
    collector.send({ type: 'welcome', at: new Date().toISOString(), nextSeq: 2, maxEventsPerSecond: 100 })
    await collector.waitFor(() => collector.seqs().length === 5)
    expect(collector.seqs()).toEqual([1, 2, 3, 2, 3])
  })

  it('to a collector that holds more than this journal goes on above it, with every violation told again', async () => {
    collector = await startCollector(identity, { nextSeq: () => 101 })
    refuse('1-1')
    await connect().start()
    await collector.waitFor(() => collector.seqs().length === 2)
    const events = collector.of('events').flatMap((message) => message.events)
    expect(events.map(({ seq, kind }) => [seq, kind])).toEqual([
      [101, 'log.failure'],
      [102, 'media.refused'],
    ])
  })

  it('whose batches lie unanswered for too long is given up and made again', async () => {
    collector = await startCollector(identity, { acknowledges: false })
    refuse('1-1')
    await connect({ ackMs: 20 }).start()
    await collector.waitFor(() => collector.of('hello').length >= 2)
    expect(collector.seqs().length).toBeGreaterThanOrEqual(1)
  })

  it('beats: a status with every sensor, again and again', async () => {
    collector = await startCollector(identity)
    await connect({ heartbeatMs: 10 }).start()
    await collector.waitFor(() => collector.of('status').length >= 3)
    expect(collector.of('status')[2]).toMatchObject({ sensors: [{ id: 'journal', state: 'working' }], pending: 0 })
  })
})

describe('what the collector sends', () => {
  const envelope: Envelope = { payloadType: 'x', payload: 'eA==', signatures: [{ keyid: 'k', sig: 's' }] }

  it('policy, root and grant reach the policy store, and their results go back', async () => {
    collector = await startCollector(identity)
    await connect().start()
    await collector.waitFor(() => collector.of('hello').length === 1)
    collector.send({ type: 'policy', document: 'policy', envelope })
    collector.send({ type: 'policy', document: 'root', envelope })
    collector.send({ type: 'grant', envelope })
    await collector.waitFor(() => collector.of('policy-result').length === 3)
    expect(applied.map(({ document, source }) => [document, source])).toEqual([
      ['policy', 'center'],
      ['root', 'center'],
      ['grant', 'center'],
    ])
    expect(collector.of('policy-result').map(({ document }) => document)).toEqual(['policy', 'root', 'grant'])
  })

  it('notices and commands are carried out', async () => {
    collector = await startCollector(identity)
    await connect().start()
    await collector.waitFor(() => collector.of('hello').length === 1)
    collector.send({ type: 'notice', text: { ja: 'お知らせ', en: 'Notice' } })
    collector.send({ type: 'command', id: 'c1', command: 'rescan' })
    await collector.waitFor(() => collector.of('command-result').length === 1)
    expect(collector.of('command-result')).toMatchObject([{ id: 'c1', ok: true }])
    expect({ notices, rescans }).toEqual({ notices: [{ ja: 'お知らせ', en: 'Notice' }], rescans: 1 })
  })

  it('after the welcome come the results whole, and facts until the other side has shown that it got them', async () => {
    untold = [{ check: 'cfg.time-sync', readAt: '2026-07-01T00:00:00.000Z', hash: 'h1', facts: { offset: 300 } }]
    collector = await startCollector(identity)
    const uplink = connect()
    await uplink.start()
    await collector.waitFor(() => collector.of('results').length > 0)
    expect(collector.of('results')[0]).toMatchObject({ policyDigest: null, results: [{ control: 'cfg.time-sync' }] })
    expect(collector.of('facts').map(({ check }) => check)).toEqual(['device.plugged', 'cfg.time-sync'])
    await until(() => told.length > 0) // by a pong, of which the collector hears nothing
    expect(told).toEqual(['cfg.time-sync h1'])
    uplink.tell('checks')
    await collector.waitFor(() => collector.of('results').length > 1)
    expect(collector.of('facts')).toHaveLength(2)
  })

  it('the command `check` reads all anew and tells the results before it says that it is done', async () => {
    collector = await startCollector(identity)
    await connect().start()
    await collector.waitFor(() => collector.of('results').length === 1)
    collector.send({ type: 'command', id: 'c-1', command: 'check' })
    await collector.waitFor(() => collector.of('command-result').length === 1)
    expect(rounds).toBe(1)
    expect(collector.of('results')).toHaveLength(2)
  })

  const bad: readonly [string, string | Buffer][] = [
    ['no JSON', '{'],
    ['an unknown type', '{"type":"reboot"}'],
    ['an unknown key', '{"type":"ack","upTo":1,"run":"rm"}'],
    ['a wrong type', '{"type":"ack","upTo":"all"}'],
    ['a binary frame', Buffer.from([1, 2, 3])],
    ['a frame above the limit', JSON.stringify({ type: 'ack', upTo: 1, pad: 'x'.repeat(1_100_000) })],
  ]
  it.each(bad)('that is %s ends the connection and nothing else', async (_name, frame) => {
    collector = await startCollector(identity)
    await connect().start()
    await collector.waitFor(() => collector.of('hello').length === 1)
    collector.send(frame)
    await collector.waitFor(() => collector.of('hello').length === 2)
    expect([1008, 1009]).toContain(collector.closes[0]?.code)
  })

  it('too often ends the connection', async () => {
    collector = await startCollector(identity)
    await connect({ maxMessagesAtOnce: 5, maxMessagesPerSecond: 1 }).start()
    await collector.waitFor(() => collector.of('hello').length === 1)
    for (let count = 0; count < 20; count += 1) collector.send({ type: 'ack', upTo: 0 })
    await collector.waitFor(() => collector.of('error').length > 0)
    expect(collector.of('error')[0]).toMatchObject({ code: 'protocol.rate', fatal: true })
  })
})

describe('identity', () => {
  it('a center with another CA is not spoken to', async () => {
    collector = await startCollector(identity)
    const { createAuthorityPair } = await import('../../src/center/pki/authority.ts')
    const other = await createAuthorityPair('Other', new Date())
    const uplink = connect({}, { ca: other.certificate })
    await uplink.start()
    await until(() => uplink.state().lastError !== null)
    expect(uplink.state().lastError).toMatch(/certificate|issuer|verify/i)
    expect(collector.messages).toEqual([])
  })

  it('a center under another name is not spoken to', async () => {
    collector = await startCollector(identity)
    const uplink = connect({}, { url: `https://127.0.0.2:${collector.port}` })
    await uplink.start()
    await until(() => uplink.state().lastError !== null)
    expect(collector.messages).toEqual([])
  })
})

describe('the wait before reconnecting', () => {
  const rows: readonly [number, number, number][] = [
    [0, 0.999, 500],
    [1, 0.999, 999],
    [7, 0.999, 59_940],
    [30, 0.999, 59_940],
    [1000, 0.5, 30_000],
    [1000, 0, 0],
  ]
  it.each(rows)('at attempt %i with chance %d is %i ms', (attempt, chance, wanted) => {
    expect(decideDelayMs(attempt, () => chance, defaultUplinkLimits)).toBe(wanted)
  })
})

/** A status comes after whatever the collector sent before it was read. */
async function collectorSettles(): Promise<void> {
  const before = collector.of('command-result').length
  collector.send({ type: 'command', id: 'settle', command: 'send-status' })
  await collector.waitFor(() => collector.of('command-result').length > before)
}

async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('a proof', () => {
  it('is sent at the welcome, once per connection, again on the next, and no more once the center has it', async () => {
    collector = await startCollector(identity)
    const signed = makeSignedProof(makeProof(), localKey)
    const sha256 = proofDigest(signed.proof)
    proofs = [signed]
    const uplink = connect()
    await uplink.start()
    await collector.waitFor(() => collector.of('proof').length === 1)
    uplink.tell('proofs')
    uplink.tell('status')
    const statuses = collector.of('status').length
    await collector.waitFor(() => collector.of('status').length > statuses)
    expect(collector.of('proof')).toHaveLength(1)
    collector.cut()
    await collector.waitFor(() => collector.of('proof').length === 2)
    expect(collector.of('proof')[1]?.signed).toEqual(signed)
    collector.send({ type: 'proof-ack', sha256, refused: null })
    collector.send({ type: 'command', id: 'c-1', command: 'rescan' })
    await collector.waitFor(() => collector.of('command-result').length === 1)
    expect(toldProofs).toEqual([{ sha256, refused: null }])
  })
})

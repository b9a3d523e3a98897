import { beforeEach, describe, expect, it } from 'vitest'
import { Teller } from '../../../agent/uplink/teller.ts'
import type { FromAgent, PluggedDevice } from '../../../src/protocol/messages.ts'
import type { SignedProof } from '../../../src/protocol/proof.ts'
import { localKey, makeProof, makeSignedProof } from '../../proofs.ts'

const at = '2026-11-21T03:00:00.000Z'
const limits = { coalesceMs: 200, coalesceChecksMs: 2_000 }

let sent: FromAgent[]
let pings: number
let told: string[]
let untold: { check: string; readAt: string; hash: string; facts: unknown }[]
let proofs: SignedProof[]
let plugged: PluggedDevice[]
let timers: { delayMs: number; run: () => void }[]
let teller: Teller

beforeEach(() => {
  sent = []
  pings = 0
  told = []
  untold = []
  proofs = []
  plugged = []
  timers = []
  teller = new Teller({
    journal: { pending: () => 3 },
    policy: { applied: () => null },
    sensors: () => [],
    plugged: () => plugged,
    checks: {
      results: () => [],
      policyDigest: () => 'd'.repeat(64),
      untoldFacts: () => untold,
      noteTold: (check, hash) => void told.push(`${check} ${hash}`),
    },
    proofs: { untold: () => proofs },
    send: (message) => sent.push(message),
    ping: () => {
      pings += 1
      teller.notePing()
    },
    now: () => new Date(at),
    timers: {
      after(delayMs, run) {
        const timer = { delayMs, run }
        timers.push(timer)
        return () => {
          timers = timers.filter((one) => one !== timer)
        }
      },
    },
    limits,
  })
})

describe('what is told', () => {
  it('is said in the order that it was asked for', () => {
    teller.tell('status', 'facts', 'checks', 'proofs')
    expect(sent.map(({ type }) => type)).toEqual(['status', 'facts', 'results'])
    expect(sent[0]).toEqual({ type: 'status', at, sensors: [], policy: null, pending: 3 })
    expect(sent[2]).toEqual({ type: 'results', at, policyDigest: 'd'.repeat(64), results: [] })
  })

  it('soon is said once for all changes within a moment, of checks a longer one', () => {
    for (const what of ['status', 'checks', 'status', 'checks'] as const) teller.tellSoon(what)
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([limits.coalesceMs, limits.coalesceChecksMs])
    expect(sent).toEqual([])
    passTime()
    expect(sent.map(({ type }) => type)).toEqual(['status', 'results'])
    teller.tellSoon('status')
    passTime()
    expect(sent).toHaveLength(3)
  })

  it('soon is not said any more after the connection', () => {
    teller.tellSoon('status')
    teller.stop()
    expect(timers).toEqual([])
  })
})

describe('facts of checks', () => {
  it('go before the results that rest on them, once on a connection, and anew when they changed', () => {
    untold = [fact('h1')]
    teller.tell('checks')
    teller.tell('checks')
    expect(sent.map(({ type }) => type)).toEqual(['facts', 'results', 'results'])
    untold = [fact('h2')]
    teller.tell('checks')
    expect(sent.map(({ type }) => type)).toEqual(['facts', 'results', 'results', 'facts', 'results'])
  })

  it('count as told once the ping behind them was answered, not by the answer to an earlier one', () => {
    teller.notePing()
    untold = [fact('h1')]
    teller.tell('checks')
    expect(pings).toBe(1)
    teller.notePong()
    expect(told).toEqual([])
    teller.notePong()
    expect(told).toEqual(['cfg.time-sync h1'])
  })

  it('need no ping where there are none', () => {
    teller.tell('checks')
    expect(pings).toBe(0)
  })
})

describe('proofs', () => {
  it('go each once on a connection', () => {
    proofs = [makeSignedProof(makeProof(), localKey)]
    teller.tell('proofs')
    teller.tell('proofs')
    expect(sent.map(({ type }) => type)).toEqual(['proof'])
  })
})

describe('devices', () => {
  it('that do not fit into a frame are left out, those that do are told', () => {
    const product = 'x'.repeat(1_000)
    plugged = Array.from({ length: 1_000 }, (_, index) => ({
      device: { key: `1-${index}`, bus: 'usb', serial: null, vendor: '', product, functions: [] },
      verdicts: [],
      observed: '',
      since: at,
    }))
    teller.tell('facts')
    const [message] = sent
    const count = message?.type === 'facts' && Array.isArray(message.facts) ? message.facts.length : 0
    expect(count).toBeGreaterThan(100)
    expect(count).toBeLessThan(1_000)
  })
})

function fact(hash: string) {
  return { check: 'cfg.time-sync', readAt: at, hash, facts: { offset: 300 } }
}

function passTime(): void {
  const due = timers
  timers = []
  for (const { run } of due) run()
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Checks, createChecks } from '../../../agent/checks/engine.ts'
import { ChecksMemory } from '../../../agent/checks/memory.ts'
import { createJournal, type Journal } from '../../../agent/journal/journal.ts'
import type { Platform } from '../../../agent/platform/platform.ts'
import type { Timers } from '../../../agent/timers.ts'
import { type Check, defineCheck, failed, passed } from '../../../src/checks/check.ts'
import { explainFailure, known, outputOf, unreadable } from '../../../src/checks/raw.ts'
import { silentLog } from '../../../src/log.ts'
import { builtInPolicy } from '../../../src/policy/built-in.ts'
import { type Grant, grantSchema } from '../../../src/policy/grant.ts'
import type { Policy } from '../../../src/policy/schema.ts'
import { grantDocument } from '../../policy/documents.ts'

/** A clock that goes only when told to, and timers that fire by it. */
class Time {
  nowMs = Date.parse('2026-07-01T00:00:00Z')
  uptimeMs = 1_000_000
  #timers: { atMs: number; run: () => void }[] = []
  readonly timers: Timers = {
    after: (delayMs, run) => {
      const timer = { atMs: this.uptimeMs + delayMs, run }
      this.#timers.push(timer)
      return () => {
        this.#timers = this.#timers.filter((other) => other !== timer)
      }
    },
  }

  /** Lets time pass, and everything that is due in it happen, in order. */
  async pass(ms: number): Promise<void> {
    const endMs = this.uptimeMs + ms
    await settle()
    for (let next = this.#due(endMs); next !== undefined; next = this.#due(endMs)) {
      this.#move(next.atMs)
      this.#timers = this.#timers.filter((other) => other !== next)
      next.run()
      await settle()
    }
    this.#move(endMs)
  }

  forgetTimers(): void {
    this.#timers = []
  }

  #due(endMs: number) {
    return this.#timers.filter(({ atMs }) => atMs <= endMs).toSorted((a, b) => a.atMs - b.atMs)[0]
  }

  #move(toMs: number): void {
    this.nowMs += Math.max(0, toMs - this.uptimeMs)
    this.uptimeMs = Math.max(this.uptimeMs, toMs)
  }
}

/** Real work (the journal, promises) gets its turns; nothing here waits for a clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** A check that reads one program and finds each of its lines wrong. */
function lines(id: Check['id'], more: Partial<Check> = {}): Check {
  const check = defineCheck({
    id,
    schema: z.array(z.string()),
    linux: {
      readings: () => ({ list: { kind: 'command', program: id, args: [] } }),
      parse: (raws) => {
        const output = outputOf(raws, 'list')
        return output === null
          ? unreadable<string[]>(explainFailure(raws, 'list'))
          : known(output.split(' ').filter(Boolean))
      },
      watch: () => [`/etc/${id}`],
    },
    judge: (facts, { baseline }) => {
      const right = z.array(z.string()).nullable().catch(null).parse(baseline)
      const wrong = right === null ? facts : facts.filter((line) => !right.includes(line))
      if (wrong.length === 0) return passed('適合', 'right')
      return failed(
        '不適合',
        'wrong',
        wrong.map((key) => ({ key, text: { ja: key, en: key } })),
      )
    },
    remedy: { ja: '直す', en: 'mend' },
    triggers: ['network'],
  })
  return { ...check, ...more }
}

/** A check of how the agent holds the policy of now. */
function holding(id: Check['id']): Check {
  return defineCheck({
    id,
    schema: z.string(),
    linux: {
      readings: () => ({ deny: { kind: 'agent', about: 'default-deny' } }),
      parse: (raws) => known(String(raws.deny?.kind === 'agent' && raws.deny.value)),
    },
    judge: (held, { policy: { mode } }) => (held === mode ? passed('適合', 'held') : failed('不適合', `only ${held}`)),
    remedy: { ja: '直す', en: 'mend' },
  })
}

let dir: string
let time: Time
let journal: Journal
let engines: Checks[]
let policy: Policy
let grants: Grant[]
/** What each program prints; a number is an exit code. */
let outputs: Map<string, string | number>
let cpuMs: Map<string, number>
let readCounts: Map<string, number>
let touch: (path: string) => void
let changeNetwork: () => void

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-checks-'))
  time = new Time()
  engines = []
  policy = builtInPolicy('mynumber')
  grants = []
  outputs = new Map()
  cpuMs = new Map()
  readCounts = new Map()
  journal = openJournal()
})
afterEach(async () => {
  for (const engine of engines) await engine.stop()
  journal.close()
  rmSync(dir, { recursive: true, force: true })
})

function openJournal(): Journal {
  return createJournal({ dir: join(dir, 'journal'), now: () => new Date(time.nowMs), bootId: 'boot-1' })
}

function start(checks: readonly Check[], bootId = 'boot-1'): Checks {
  let totalCpuMs = 0
  const platform: Pick<Platform, 'read' | 'readCpuMs' | 'watchPaths' | 'watchChanges'> = {
    async read(reading) {
      const program = reading.kind === 'command' ? reading.program : ''
      readCounts.set(program, (readCounts.get(program) ?? 0) + 1)
      totalCpuMs += cpuMs.get(program) ?? 1
      const output = outputs.get(program) ?? ''
      if (typeof output === 'number') return { kind: 'failed', reason: 'timeout', detail: 'too slow' }
      return { kind: 'command', stdout: output, stderr: '', code: 0 }
    },
    readCpuMs: () => totalCpuMs,
    watchPaths(watch) {
      touch = watch.onChange
      return { stop: () => undefined }
    },
    watchChanges(what, onChange) {
      if (what === 'network') changeNetwork = onChange
      return { stop: () => undefined }
    },
  }
  const engine = createChecks({
    checks,
    system: 'linux',
    platform,
    memory: ChecksMemory.open(dir, new Date(time.nowMs)),
    journal,
    policy: () => ({ policy, digest: null, grants, terminal: { id: 'T-1', zone: 'mynumber' } }),
    lifecycle: { load: async () => undefined, now: () => [] },
    turn: async () => undefined,
    readAgentFact: async (about) => (about === 'default-deny' ? policy.mode : null),
    bootId,
    now: () => new Date(time.nowMs),
    uptimeMs: () => time.uptimeMs,
    nowMs: () => time.uptimeMs,
    timers: time.timers,
    log: silentLog,
  })
  engines.push(engine)
  engine.start()
  return engine
}

/** As kill -9 would: nothing is said, nothing is closed in order, and nothing goes on. */
function kill(): void {
  engines = []
  time.forgetTimers()
}

function told(): string[] {
  return journal
    .list({ limit: 1_000 })
    .filter(({ kind }) => kind.startsWith('finding.') || kind.startsWith('check.'))
    .map(({ kind, control, subject }) => `${kind} ${control === subject ? control : `${control}:${subject}`}`)
}

const minute = 60_000

describe('a round', () => {
  it('reads every check soon after the start, and again each interval', async () => {
    start([lines('sw.services'), lines('sw.patch')])
    await time.pass(10_000)
    expect([...readCounts]).toEqual([
      ['sw.services', 1],
      ['sw.patch', 1],
    ])
    await time.pass(130 * minute)
    expect(readCounts.get('sw.patch')).toBe(3)
  })

  it('never runs two at once, and one that throws costs itself alone', async () => {
    const broken = lines('sw.licence', {
      judge: () => {
        throw new Error('boom')
      },
    })
    const engine = start([broken, lines('sw.patch')])
    await Promise.all([engine.run([]), engine.run([]), time.pass(20_000)])
    const outcomes = engine.results().map(({ control, outcome, reason }) => [control, outcome, reason.en])
    expect(outcomes).toEqual([
      ['sw.licence', 'unknown', 'the check failed while judging (boom)'],
      ['sw.patch', 'pass', 'right'],
    ])
  })

  it('says unknown with the reason where a reading timed out', async () => {
    outputs.set('sw.patch', -1)
    const engine = start([lines('sw.patch')])
    await time.pass(10_000)
    expect(engine.results()[0]).toMatchObject({ outcome: 'unknown', reason: { en: 'list: took too long (too slow)' } })
  })

  it('leaves out what the policy switches off, and closes what was open of it', async () => {
    outputs.set('sw.patch', 'a')
    const engine = start([lines('sw.patch'), lines('sw.services')])
    await time.pass(10_000)
    policy = { ...policy, checks: { ...policy.checks, off: ['sw.patch'] } }
    engine.policyChanged()
    await time.pass(10_000)
    expect(engine.results().map(({ control }) => control)).toEqual(['sw.services'])
    expect(told()).toEqual(['finding.opened sw.patch:a', 'finding.closed sw.patch:a'])
  })

  it('asks the agent again before a new policy is held against it: no false alarm at each push', async () => {
    policy = { ...policy, mode: 'observe' }
    const engine = start([holding('media.block')])
    await time.pass(10_000)
    policy = { ...policy, mode: 'enforce' }
    engine.policyChanged()
    await time.pass(10_000)
    expect(engine.results()).toMatchObject([{ control: 'media.block', outcome: 'pass', reason: { en: 'held' } }])
    expect(told()).toEqual([])
  })

  it('reads slow inventory no more often than its check asks, whatever the interval', async () => {
    start([lines('sw.patch', { minIntervalMinutes: 24 * 60 }), lines('sw.services')])
    await time.pass(12 * 60 * minute)
    expect([readCounts.get('sw.patch'), readCounts.get('sw.services')]).toEqual([1, 12])
  })

  it('a reading that is overdue is stale, and says so to whoever listens', async () => {
    policy = { ...policy, checks: { ...policy.checks, staleAfterMinutes: 90 } }
    const engine = start([lines('sw.patch')])
    await time.pass(10_000)
    policy = { ...policy, checks: { ...policy.checks, intervalMinutes: 10_080 } }
    engine.policyChanged()
    await time.pass(10_000)
    let changes = 0
    engine.onChange(() => {
      changes += 1
    })
    await time.pass(89 * minute)
    expect(engine.results()[0]?.isStale).toBe(false)
    await time.pass(5 * minute)
    expect(engine.results()[0]?.isStale).toBe(true)
    expect(changes).toBe(1)
  })
})

describe('findings', () => {
  it('open once and close once over restarts and kills', async () => {
    outputs.set('sw.patch', 'a b')
    for (let round = 0; round < 3; round += 1) {
      start([lines('sw.patch')])
      await time.pass(10_000)
      kill()
    }
    outputs.set('sw.patch', '')
    start([lines('sw.patch')])
    await time.pass(10_000)
    expect(told()).toEqual([
      'finding.opened sw.patch:a',
      'finding.opened sw.patch:b',
      'finding.closed sw.patch:a',
      'finding.closed sw.patch:b',
    ])
  })

  it('a kill between the journal and the memory tells nothing twice', async () => {
    outputs.set('sw.patch', 'a')
    start([lines('sw.patch')])
    await time.pass(10_000)
    kill()
    // The memory as it was before: the journal alone knows.
    for (const name of ['checks.db', 'checks.db-wal', 'checks.db-shm']) rmSync(join(dir, name), { force: true })
    const engine = start([lines('sw.patch')])
    await time.pass(10_000)
    expect(told()).toEqual(['finding.opened sw.patch:a'])
    expect(engine.findings()).toMatchObject([{ control: 'sw.patch', key: 'a', count: 1 }])
  })

  it('one that the journal lost is told again', async () => {
    outputs.set('sw.patch', 'a')
    start([lines('sw.patch')])
    await time.pass(10_000)
    kill()
    journal.close()
    rmSync(join(dir, 'journal'), { recursive: true })
    journal = openJournal()
    start([lines('sw.patch')])
    await time.pass(10_000)
    expect(told()).toEqual(['finding.opened sw.patch:a'])
  })

  it('carry what a person needs: reason, remedy, since when, and the control’s severity', async () => {
    outputs.set('sw.patch', 'a')
    start([lines('sw.patch')])
    await time.pass(10_000)
    const [event] = journal.list({ kind: 'finding.opened' })
    expect(event).toMatchObject({
      severity: 'high',
      control: 'sw.patch',
      data: {
        key: 'a',
        outcome: 'fail',
        reason: { ja: '不適合', en: 'wrong' },
        text: { en: 'a' },
        remedy: { ja: '直す' },
        count: 1,
        since: expect.stringMatching(/^2026-07-01T00:00:0/),
        readAt: expect.stringMatching(/^2026-07-01T00:00:0/),
      },
    })
  })

  it('what could not be told wakes nobody', async () => {
    outputs.set('net.isolation', -1)
    start([lines('net.isolation')])
    await time.pass(10_000)
    expect(journal.list({ kind: 'finding.opened' })[0]).toMatchObject({
      severity: 'medium',
      data: { outcome: 'unknown' },
    })
  })

  it('of a check that this version no longer has are closed', async () => {
    outputs.set('sw.patch', 'a')
    start([lines('sw.patch')])
    await time.pass(10_000)
    kill()
    start([lines('sw.services')])
    await time.pass(10_000)
    expect(told()).toEqual(['finding.opened sw.patch:a', 'finding.closed sw.patch:a'])
  })

  it('a grant sets the control aside: the result names it, and nothing is open', async () => {
    outputs.set('sw.patch', 'a')
    const engine = start([lines('sw.patch')])
    await time.pass(10_000)
    grants = [
      grantSchema.parse(
        grantDocument({
          id: 'G-7',
          subject: { kind: 'control', control: 'sw.patch' },
          validFrom: '2026-01-01T00:00:00Z',
          until: '2027-01-01T00:00:00Z',
          terminals: ['T-1'],
        }),
      ),
    ]
    engine.policyChanged()
    await time.pass(10_000)
    expect(engine.results()[0]).toMatchObject({ outcome: 'fail', grantId: 'G-7' })
    expect(engine.findings()).toEqual([])
    expect(told()).toEqual(['finding.opened sw.patch:a', 'finding.closed sw.patch:a'])
  })
})

describe('a change', () => {
  it('of a watched file has its check alone read again within seconds', async () => {
    start([lines('sw.patch'), lines('sw.services')])
    await time.pass(10_000)
    outputs.set('sw.patch', 'a')
    touch('/etc/sw.patch')
    touch('/etc/sw.patch')
    await time.pass(3_000)
    expect(told()).toEqual(['finding.opened sw.patch:a'])
    expect([...readCounts]).toEqual([
      ['sw.patch', 2],
      ['sw.services', 1],
    ])
  })

  it('of the network has the checks read again that ask for it', async () => {
    start([lines('net.isolation'), lines('sw.patch', { triggers: [] })])
    await time.pass(10_000)
    changeNetwork()
    await time.pass(3_000)
    expect([...readCounts]).toEqual([
      ['net.isolation', 2],
      ['sw.patch', 1],
    ])
  })

  it('that never ends does not have its check read without end', async () => {
    cpuMs.set('sw.patch', 1_000)
    start([lines('sw.patch')])
    await time.pass(10_000)
    for (let second = 0; second < 120; second += 1) {
      touch('/etc/sw.patch')
      await time.pass(1_000)
    }
    expect(readCounts.get('sw.patch')).toBeLessThanOrEqual(6)
  })

  it('that never ends is looked at ever less often, and at once again after it has ended', async () => {
    start([lines('sw.patch', { minIntervalMinutes: 600 })])
    await time.pass(10_000)
    const readsIn = async (minutes: number) => {
      const before = readCounts.get('sw.patch') ?? 0
      for (let step = 0; step < minutes * 60; step += 1) {
        touch('/etc/sw.patch')
        await time.pass(1_000)
      }
      return (readCounts.get('sw.patch') ?? 0) - before
    }
    const atFirst = await readsIn(5)
    expect(await readsIn(5)).toBeLessThan(atFirst)
    await time.pass(1_200_000)
    outputs.set('sw.patch', 'a')
    touch('/etc/sw.patch')
    await time.pass(3_000)
    expect(told()).toEqual(['finding.opened sw.patch:a'])
  })
})

describe('a check over its budget', () => {
  it('is set aside, told once, keeps its result, and is tried again later', async () => {
    cpuMs.set('sw.patch', 5_000)
    const engine = start([lines('sw.patch'), lines('sw.services')])
    await time.pass(10_000)
    expect(told()).toEqual(['check.benched sw.patch'])
    expect(journal.list({ kind: 'check.benched' })[0]).toMatchObject({
      data: { cpuMs: 5_000, limitMs: 3_000, times: 1 },
    })
    expect(engine.results()[0]).toMatchObject({ control: 'sw.patch', outcome: 'pass' })
    expect(engine.sensor().detail).toContain('set aside for a while: sw.patch')
    await time.pass(62 * minute)
    expect([readCounts.get('sw.patch'), readCounts.get('sw.services')]).toEqual([1, 2])
    cpuMs.set('sw.patch', 1)
    await time.pass(90 * minute)
    expect(readCounts.get('sw.patch')).toBe(2)
    expect(engine.sensor().detail).not.toContain('set aside')
  })

  it('is read all the same when somebody asks', async () => {
    cpuMs.set('sw.patch', 5_000)
    const engine = start([lines('sw.patch')])
    await time.pass(10_000)
    await engine.run(['sw.patch'])
    expect(readCounts.get('sw.patch')).toBe(2)
  })
})

describe('a baseline', () => {
  const check = () => lines('device.hardware-change', { baseline: 'first-facts' })
  it('is the first reading; what differs later is found until it is accepted, with a reason, and that is told', async () => {
    outputs.set('device.hardware-change', 'disk')
    const engine = start([check()])
    await time.pass(10_000)
    expect(engine.results()[0]?.outcome).toBe('pass')
    outputs.set('device.hardware-change', 'disk nic')
    await engine.run([])
    expect(engine.results()[0]).toMatchObject({ outcome: 'fail', items: [{ key: 'nic' }] })
    await engine.acceptBaseline('device.hardware-change', 'new card, order 12')
    expect(engine.results()[0]?.outcome).toBe('pass')
    const [first, second] = journal.list({ kind: 'check.baseline' })
    expect(first).toMatchObject({ severity: 'info', data: { isFirst: true } })
    expect(second).toMatchObject({ severity: 'medium', data: { isFirst: false, reason: 'new card, order 12' } })
  })

  it('that somebody removed is taken anew, which is no small matter', async () => {
    outputs.set('device.hardware-change', 'disk')
    start([check()])
    await time.pass(10_000)
    kill()
    for (const name of ['checks.db', 'checks.db-wal', 'checks.db-shm']) rmSync(join(dir, name), { force: true })
    start([check()])
    await time.pass(10_000)
    expect(journal.list({ kind: 'check.baseline' }).map(({ severity }) => severity)).toEqual(['info', 'high'])
  })

  const refusals: readonly (readonly [string, string, RegExp])[] = [
    [
      'a check without a baseline',
      'sw.patch',
      /wanted a check with a baseline \(device\.hardware-change\), came sw\.patch/,
    ],
    ['one that was never read', 'device.hardware-change', /nothing was read yet/],
    ['no check at all', 'nonsense', /came nonsense/],
  ]
  it.each(refusals)('%s cannot be accepted', async (_what, control, message) => {
    const engine = start([check(), lines('sw.patch')])
    await expect(engine.acceptBaseline(control, 'x')).rejects.toThrow(message)
  })
})

describe('facts', () => {
  it('are told when they changed, until they were heard of', async () => {
    outputs.set('sw.patch', 'a')
    const engine = start([lines('sw.patch')])
    await time.pass(10_000)
    const untold = () => [...engine.untoldFacts(1_000)].map(({ check, facts }) => [check, facts])
    expect(untold()).toEqual([['sw.patch', ['a']]])
    for (const { check, hash } of engine.untoldFacts(1_000)) engine.noteTold(check, hash)
    await engine.run([])
    expect(untold()).toEqual([])
    kill()
    expect([...start([lines('sw.patch')]).untoldFacts(1_000)]).toEqual([])
    kill()
    outputs.set('sw.patch', 'b')
    await engine.run([])
    expect(untold()).toEqual([['sw.patch', ['b']]])
  })

  it('are not told once the checks have ended, and what the center still answers harms nothing', async () => {
    outputs.set('sw.patch', 'a')
    const engine = start([lines('sw.patch')])
    await time.pass(10_000)
    const [told] = [...engine.untoldFacts(1_000)]
    await engine.stop()
    engine.noteTold('sw.patch', told?.hash ?? '')
    expect([...engine.untoldFacts(1_000)]).toEqual([])
  })

  it('that are larger than a frame stay here', async () => {
    outputs.set('sw.patch', 'x'.repeat(2_000))
    const engine = start([lines('sw.patch')])
    await time.pass(10_000)
    expect([...engine.untoldFacts(1_000)]).toEqual([])
  })
})

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chainEvent } from '../../agent/journal/chain.ts'
import { createJournal, type Journal, type JournalDeps } from '../../agent/journal/journal.ts'
import { openJournalReader } from '../../agent/journal/reader.ts'
import { eventSchema, genesisHash, type JournalEvent } from '../../src/protocol/events.ts'

let dir: string
let clock: Date
let opened: Journal[]

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-journal-'))
  clock = new Date('2026-04-01T00:00:00.000Z')
  opened = []
})
afterEach(() => {
  for (const journal of opened) journal.close()
  rmSync(dir, { recursive: true, force: true })
})

const now = () => {
  clock = new Date(clock.getTime() + 10)
  return clock
}
/** Time passes only where a test says so. */
const stillTimers = { after: () => () => undefined }

function open(options: Partial<JournalDeps> = {}): Journal {
  const journal = createJournal({ dir, now, bootId: 'boot-1', timers: stillTimers, ...options })
  opened.push(journal)
  return journal
}
function close(journal: Journal): void {
  journal.close()
  opened = opened.filter((other) => other !== journal)
}
const refused = (subject: string, data = {}) => ({ kind: 'media.refused', subject, data }) as const
const kindsOf = (events: readonly JournalEvent[]) => events.map(({ kind }) => kind)
const failuresOf = (journal: Journal) => journal.list({ kind: 'log.failure' }).map(({ data }) => data.reason)

describe('append', () => {
  it('chains both lanes in one order, from the genesis hash', () => {
    const journal = open()
    const first = journal.append(refused('1-2'))
    const second = journal.append({ kind: 'device.allowed', subject: '1-3' })
    const third = journal.append(refused('1-4'))
    expect(first).toMatchObject({ seq: 1, prev: genesisHash, severity: 'high', bootId: 'boot-1' })
    expect(second).toMatchObject({ seq: 2, prev: first?.hash })
    expect(third).toMatchObject({ seq: 3, prev: second?.hash })
    expect(journal.verify()).toEqual({ ok: true, lines: 3, breaks: [] })
  })

  it('has a violation on disk when it returns: another process reads it at once', () => {
    open().append(refused('1-2'))
    const reader = openJournalReader(dir)
    expect(kindsOf(reader.list({}))).toEqual(['media.refused'])
    reader.close()
  })

  it('writes what belongs together at once: one violation brings all of it to the disk, in one chain', () => {
    const journal = open()
    const listeners: string[] = []
    journal.onAppend((lane) => listeners.push(lane))
    const lines = journal.appendAll([{ kind: 'device.allowed', subject: '1-3' }, refused('1-2'), refused('1-4')])
    expect(lines.map((line) => line?.seq)).toEqual([1, 2, 3])
    expect(listeners).toEqual(['violation'])
    const reader = openJournalReader(dir)
    expect(reader.list({}).map(({ subject }) => subject)).toEqual(['1-3', '1-2', '1-4'])
    expect(reader.verify().ok).toBe(true)
    reader.close()
    expect(journal.list({ afterSeq: 2 }).map(({ subject }) => subject)).toEqual(['1-4'])
    expect(journal.appendAll([])).toEqual([])
  })

  it('tells nobody of chatter that is not committed: a crash would give its number to another line', () => {
    const journal = open()
    journal.append({ kind: 'device.allowed', subject: '1-3' })
    const [told] = journal.unacknowledged(1, 10)
    const reader = openJournalReader(dir)
    expect(reader.list({})).toEqual([told])
    reader.close()
  })

  it('goes on with number and hash after a restart', () => {
    const journal = open()
    journal.append(refused('1-2'))
    const last = journal.last()
    close(journal)
    const again = open({ bootId: 'boot-2' })
    expect(again.append(refused('1-2'))).toMatchObject({ seq: 2, prev: last.hash, bootId: 'boot-2' })
    expect(failuresOf(again)).toEqual([])
  })

  const hostile: readonly [string, Parameters<Journal['append']>[0]][] = [
    ['a subject of 10,000 characters', refused('x'.repeat(10_000))],
    ['half a surrogate pair', refused('\ud83d', { product: '\udca9' })],
    ['megabytes of data', refused('1-2', { product: 'あ'.repeat(1_000_000) })],
    ['a cycle', refused('1-2', makeCycle())],
    ['a big integer', refused('1-2', { size: 12n })],
    ['undefined and NaN', refused('1-2', { a: undefined, b: [undefined, Number.NaN] })],
    ['a long key and __proto__', refused('1-2', JSON.parse(`{"__proto__":{"x":1},"${'k'.repeat(200)}":1}`))],
  ]
  it.each(hostile)('keeps an event that the collector can take: %s', (_name, event) => {
    const journal = open()
    const appended = journal.append(event)
    const overTheWire: unknown = JSON.parse(JSON.stringify(appended))
    expect(eventSchema.parse(overTheWire)).toEqual(appended)
    expect(journal.unacknowledged(1, 10)).toEqual([appended])
    expect(journal.verify().ok).toBe(true)
  })
})

describe('acknowledgement', () => {
  it('counts what the collector does not hold, and keeps the number over a restart', () => {
    const journal = open()
    for (const port of ['1-1', '1-2', '1-3']) journal.append(refused(port))
    journal.acknowledge(2)
    expect(journal.pending()).toBe(1)
    close(journal)
    expect(open().pending()).toBe(1)
  })

  it('is waited for by whoever must know that a line is held', async () => {
    const journal = open()
    for (const port of ['1-1', '1-2', '1-3']) journal.append(refused(port))
    const held: number[] = []
    for (const seq of [2, 3]) void journal.untilAcknowledged(seq).then(() => held.push(seq))
    journal.acknowledge(1)
    await Promise.resolve()
    expect(held).toEqual([])
    journal.acknowledge(2)
    await journal.untilAcknowledged(2)
    expect(held).toEqual([2])
  })

  it('never goes back, and never beyond the last line', () => {
    const journal = open()
    journal.append(refused('1-1'))
    journal.acknowledge(99)
    journal.append(refused('1-2'))
    expect(journal.pending()).toBe(1)
  })
})

describe('chatter', () => {
  const chat = { kind: 'device.allowed', subject: '1-3' } as const

  it('beyond its bytes is counted in one event, and a violation is never turned away', () => {
    const journal = open({ limits: { maxChatterBytes: 1_000 } })
    for (let count = 0; count < 50; count += 1) journal.append(chat)
    expect(journal.append(refused('1-2'))).not.toBeNull()
    close(journal)
    const again = open()
    const [dropped] = again.list({ kind: 'chatter.dropped' })
    const kept = again.list({ kind: 'device.allowed' }).length
    expect(kept).toBeGreaterThan(0)
    expect(dropped?.data).toMatchObject({ count: 50 - kept, byKind: { 'device.allowed': 50 - kept } })
    expect(again.verify().ok).toBe(true)
  })

  it('older than its age keeps newer chatter out until the collector has taken it', () => {
    const journal = open({ limits: { maxChatterAgeMs: 1_000 } })
    journal.append(chat)
    clock = new Date(clock.getTime() + 5_000)
    expect(journal.append(chat)).toBeNull()
    journal.acknowledge(journal.last().seq)
    expect(journal.append(chat)).not.toBeNull()
  })
})

describe('retention', () => {
  const timersByHand = () => {
    const due: (() => void)[] = []
    return {
      after(_delayMs: number, run: () => void) {
        due.push(run)
        return () => undefined
      },
      run() {
        for (const one of due.splice(0)) one()
      },
    }
  }

  it('removes acknowledged old lines only, and the rest still verifies', () => {
    const timers = timersByHand()
    const journal = open({ timers, limits: { retentionDays: 1 } })
    for (const port of ['1-1', '1-2', '1-3', '1-4']) journal.append(refused(port))
    journal.acknowledge(2)
    clock = new Date(clock.getTime() + 3 * 86_400_000)
    journal.append(refused('1-5'))
    timers.run()
    expect(journal.list({}).map(({ seq }) => seq)).toEqual([3, 4, 5])
    expect(journal.verify()).toEqual({ ok: true, lines: 3, breaks: [] })
  })

  it('by size spares what the collector does not hold, and says that it is too large', () => {
    const timers = timersByHand()
    const journal = open({ timers, limits: { maxBytes: 1 } })
    for (const port of ['1-1', '1-2', '1-3']) journal.append(refused(port))
    journal.acknowledge(1)
    timers.run()
    expect(journal.list({}).map(({ seq }) => seq)).toEqual([2, 3])
    expect(journal.health()).toMatchObject({ state: 'degraded', detail: expect.stringContaining('larger') })
  })
})

describe('verify', () => {
  const tampering: readonly [string, string, number][] = [
    ['a changed body', "UPDATE events SET body = replace(body, '1-2', '9-9') WHERE seq = 2", 2],
    ['a removed line', 'DELETE FROM events WHERE seq = 2', 3],
    ['a changed column that lists filter by', "UPDATE events SET kind = 'media.allowed' WHERE seq = 2", 2],
    ['a line put in between with its own hash', 'UPDATE events SET prev = hash WHERE seq = 3', 3],
  ]
  it.each(tampering)('finds %s', (_name, sql, firstBad) => {
    const journal = open()
    for (const port of ['1-1', '1-2', '1-3', '1-4']) journal.append(refused(port))
    close(journal)
    tamper(sql)
    const reader = openJournalReader(dir)
    expect(reader.verify()).toMatchObject({ ok: false, firstBad })
    reader.close()
  })
})

describe('verify, against somebody who can compute hashes', () => {
  it('finds a line that was replaced by another one with a hash of its own', () => {
    const journal = open()
    const [first] = ['1-1', '1-2', '1-3'].map((port) => journal.append(refused(port)))
    close(journal)
    if (first == null) throw new Error('wanted a line')
    const { seq: _seq, prev: _prev, hash: _hash, ...staged } = first
    const forged = chainEvent({ seq: 1, hash: first.hash }, { ...staged, kind: 'media.allowed', severity: 'info' })
    const db = new DatabaseSync(join(dir, 'journal.db'))
    db.prepare('UPDATE events SET at = ?, kind = ?, hash = ?, body = ? WHERE seq = 2').run(
      forged.event.at,
      forged.event.kind,
      forged.event.hash,
      forged.body,
    )
    db.close()
    const reader = openJournalReader(dir)
    expect(reader.verify()).toEqual({ ok: false, lines: 3, firstBad: 3, breaks: [{ seq: 3, why: 'prev' }] })
    reader.close()
  })
})

describe('a failing disk', () => {
  it('locked: the event is kept in the reserve, said, and stored in order when the lock is gone', () => {
    const journal = open({ limits: { busyTimeoutMs: 1, retryMs: 0 } })
    journal.append(refused('1-1'))
    const other = new DatabaseSync(join(dir, 'journal.db'))
    other.exec('BEGIN IMMEDIATE')
    expect(journal.append(refused('1-2'))).toMatchObject({ seq: 2 })
    expect(journal.health()).toMatchObject({ state: 'failed', detail: expect.stringContaining('locked') })
    expect(kindsOf(journal.unacknowledged(1, 10))).toEqual(['media.refused', 'media.refused', 'log.failure'])
    other.exec('ROLLBACK')
    other.close()
    journal.append(refused('1-3'))
    expect(failuresOf(journal)).toEqual(['journal-locked', 'journal-recovered'])
    expect(journal.list({ kind: 'media.refused' }).map(({ subject }) => subject)).toEqual(['1-1', '1-2', '1-3'])
    expect(journal.verify().ok).toBe(true)
    expect(journal.health().state).toBe('working')
  })

  it('locked while the agent is killed: the reserve brings the lines back', () => {
    const journal = open({ limits: { busyTimeoutMs: 1 } })
    journal.append(refused('1-1'))
    const other = new DatabaseSync(join(dir, 'journal.db'))
    other.exec('BEGIN IMMEDIATE')
    journal.append(refused('1-2'))
    const copy = `${dir}-copy`
    const names = ['journal.reserve', 'journal.head', 'journal.db', 'journal.db-wal'] as const
    other.exec('ROLLBACK')
    other.close()
    copyNow(names, copy)
    close(journal)
    const again = open({ dir: copy })
    expect(again.list({ kind: 'media.refused' }).map(({ seq, subject }) => [seq, subject])).toEqual([
      [1, '1-1'],
      [2, '1-2'],
    ])
    expect(again.verify().ok).toBe(true)
    close(again)
    rmSync(copy, { recursive: true })
  })

  it('not a database: it is moved aside, and the new journal begins by saying so, behind the old number', () => {
    const journal = open()
    for (const port of ['1-1', '1-2']) journal.append(refused(port))
    journal.acknowledge(2)
    const last = journal.last()
    close(journal)
    for (const suffix of ['-wal', '-shm']) rmSync(join(dir, `journal.db${suffix}`), { force: true })
    writeFileSync(join(dir, 'journal.db'), 'not a database '.repeat(1_000))
    const again = open()
    const [first] = again.list({})
    expect(first).toMatchObject({ seq: 3, prev: last.hash, kind: 'log.failure', data: { reason: 'journal-broken' } })
    expect(readdirSync(dir).filter((name) => name.startsWith('journal.broken-'))).toHaveLength(1)
    expect(again.append(refused('1-3'))).toMatchObject({ seq: 4 })
    expect(again.verify().ok).toBe(true)
  })

  it('broken while running: what the collector does not hold is carried over where it can be read', () => {
    const journal = open()
    for (const port of ['1-1', '1-2', '1-3']) journal.append(refused(port))
    journal.acknowledge(1)
    tamper('DROP INDEX chatter; ALTER TABLE meta RENAME TO gone')
    journal.append(refused('1-4'))
    const subjects = journal.list({ kind: 'media.refused' }).map(({ subject }) => subject)
    expect(subjects).toEqual(['1-2', '1-3', '1-4'])
    expect(failuresOf(journal)).toContain('journal-broken')
    expect(journal.verify().ok).toBe(true)
  })

  it('deleted while running: evidence is carried into a new file at once', () => {
    const journal = open()
    for (const port of ['1-1', '1-2']) journal.append(refused(port))
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dir, `journal.db${suffix}`), { force: true })
    journal.append(refused('1-3'))
    expect(failuresOf(journal)).toEqual(['journal-removed'])
    close(journal)
    const again = open()
    expect(again.list({ kind: 'media.refused' }).map(({ subject }) => subject)).toEqual(['1-1', '1-2', '1-3'])
    expect(again.verify().ok).toBe(true)
  })

  it('deleted while stopped: the new journal names the line that it should have had', () => {
    const journal = open()
    journal.append(refused('1-1'))
    const last = journal.last()
    close(journal)
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dir, `journal.db${suffix}`), { force: true })
    const again = open()
    expect(again.list({})[0]).toMatchObject({
      seq: 2,
      prev: last.hash,
      data: { reason: 'journal-missing', expectedSeq: 1, expectedHash: last.hash },
    })
    expect(again.verify().ok).toBe(true)
  })

  it('an older copy put back: the journal goes on above the highest number given out, and says so', () => {
    const journal = open()
    journal.append(refused('1-1'))
    close(journal)
    renameSync(join(dir, 'journal.db'), join(dir, 'old'))
    rmSync(join(dir, 'journal.head'))
    const full = open()
    for (const port of ['1-1', '1-2', '1-3']) full.append(refused(port))
    close(full)
    renameSync(join(dir, 'old'), join(dir, 'journal.db'))
    const again = open()
    expect(failuresOf(again)).toEqual(['journal-renumbered', 'journal-rolled-back'])
    expect(again.append(refused('1-4'))?.seq).toBeGreaterThan(3)
    expect(again.verify()).toMatchObject({ ok: true })
  })

  it('a folder that cannot be written: nothing throws, events wait in memory and are told', () => {
    const blocked = join(dir, 'sub')
    writeFileSync(join(dir, 'file'), '')
    const journal = open({ dir: blocked })
    rmSync(blocked, { recursive: true })
    writeFileSync(blocked, 'a file where the folder was')
    expect(journal.append(refused('1-1'))).not.toBeNull()
    expect(journal.health().state).toBe('failed')
    rmSync(blocked)
  })

  it('memory full as well: the loss is counted, never silent', () => {
    const journal = open({ limits: { busyTimeoutMs: 1, retryMs: 60_000, maxPendingEvents: 3 } })
    const other = new DatabaseSync(join(dir, 'journal.db'))
    other.exec('BEGIN IMMEDIATE')
    const appended = Array.from({ length: 10 }, (_, index) => journal.append(refused(`1-${index}`)))
    expect(appended.filter((event) => event === null).length).toBeGreaterThan(0)
    expect(journal.health().detail).toContain('lost')
    other.exec('ROLLBACK')
    other.close()
  })

  it('sets its reserve aside beforehand', () => {
    open({ limits: { reserveBytes: 256 * 1024 } })
    expect(statSync(join(dir, 'journal.reserve')).blocks * 512).toBeGreaterThanOrEqual(256 * 1024)
  })
})

describe('the clock', () => {
  it('set back is one log.failure with both times; the order of the chain stays', () => {
    const journal = open()
    journal.append(refused('1-1'))
    clock = new Date('2020-01-01T00:00:00.000Z')
    journal.append(refused('1-2'))
    journal.append(refused('1-3'))
    expect(kindsOf(journal.list({}))).toEqual(['media.refused', 'log.failure', 'media.refused', 'media.refused'])
    const [failure] = journal.list({ kind: 'log.failure' })
    expect(failure?.data).toMatchObject({ reason: 'clock-set-back', from: expect.stringMatching(/^2026/) })
    expect(journal.verify().ok).toBe(true)
  })

  it('set back while the agent was stopped is noticed too', () => {
    const journal = open()
    journal.append(refused('1-1'))
    close(journal)
    clock = new Date('2020-01-01T00:00:00.000Z')
    const again = open()
    again.append(refused('1-2'))
    expect(failuresOf(again)).toEqual(['clock-set-back'])
  })
})

describe('a collector that holds more', () => {
  it('is followed above its number, and every violation that it may lack is told again', () => {
    const journal = open()
    for (const port of ['1-1', '1-2']) journal.append(refused(port))
    journal.append({ kind: 'device.allowed', subject: '1-9' })
    journal.resumeAt(51)
    const told = journal.unacknowledged(51, 100)
    expect(told.map(({ seq, kind, subject }) => [seq, kind, subject])).toEqual([
      [51, 'log.failure', 'journal'],
      [52, 'media.refused', '1-1'],
      [53, 'media.refused', '1-2'],
    ])
    expect(told[1]?.data).toMatchObject({ again: { seq: 1 } })
    expect(journal.verify().ok).toBe(true)
  })
})

function makeCycle(): Record<string, unknown> {
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  return cycle
}

function tamper(sql: string): void {
  const db = new DatabaseSync(join(dir, 'journal.db'))
  db.exec(sql)
  db.close()
}

function copyNow(names: readonly string[], target: string): void {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target)
  for (const name of names) if (existsSync(join(dir, name))) copyFileSync(join(dir, name), join(target, name))
}

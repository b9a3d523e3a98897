import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createJournal, type Journal } from '../../agent/journal/journal.ts'

let dir: string
let journals: Journal[]

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-faults-'))
  journals = []
})

function open(options: Partial<Parameters<typeof createJournal>[0]> = {}): Journal {
  const journal = createJournal({ dir, now: () => new Date(), bootId: 'parent', ...options })
  journals.push(journal)
  return journal
}

describe('killed with SIGKILL while it appends', () => {
  afterEach(() => {
    for (const journal of journals) journal.close()
    rmSync(dir, { recursive: true, force: true })
  })

  it('six times over: every event that was reported is there, and the chain is whole', async () => {
    const reported: string[] = []
    for (let round = 0; round < 6; round += 1) reported.push(...(await appendUntilKilled(40 + round * 7)))
    const journal = open()
    const held = new Set(journal.list({ limit: 1_000_000 }).map(({ seq, hash }) => `${seq} ${hash}`))
    expect(reported.length).toBeGreaterThan(200)
    expect(reported.filter((line) => !held.has(line))).toEqual([])
    expect(journal.verify()).toMatchObject({ ok: true })
    expect(journal.list({ kind: 'log.failure' })).toEqual([])
  })

  /** The whole lines that the child wrote before it was killed. */
  async function appendUntilKilled(linesBeforeKill: number): Promise<readonly string[]> {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'append-forever.ts'), dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += String(chunk)
      if (text.split('\n').length > linesBeforeKill) child.kill('SIGKILL')
    })
    await once(child, 'close')
    return text.split('\n').slice(0, -1)
  }
})

describe.skipIf(!canMount())('a full disk (a small tmpfs of its own; needs the right to mount)', () => {
  const small = { reserveBytes: 64 * 1024, retryMs: 0, commitDelayMs: 1 }

  beforeEach(() => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir])
  })
  afterEach(() => {
    for (const journal of journals) journal.close()
    execFileSync('umount', ['-l', dir])
    rmSync(dir, { recursive: true, force: true })
  })

  it('is said, loses no violation, and is told to the collector meanwhile', () => {
    const journal = open({ limits: small })
    journal.append({ kind: 'media.refused', subject: 'before' })
    fillDisk()
    const appended = Array.from({ length: 300 }, (_, index) => appendLarge(journal, index))
    expect(appended.every((event) => event !== null)).toBe(true)
    expect(journal.health()).toMatchObject({ state: 'failed', detail: expect.stringContaining('full') })
    const told = journal.unacknowledged(1, 10_000)
    expect(told.filter(({ kind }) => kind === 'media.refused')).toHaveLength(301)
    expect(told.some(({ data }) => data.reason === 'journal-full')).toBe(true)
    emptyDisk()
    journal.append({ kind: 'media.refused', subject: 'after' })
    expect(journal.health().state).toBe('working')
    expect(journal.list({ kind: 'media.refused', limit: 1_000 })).toHaveLength(302)
    expect(journal.unacknowledged(1, 10_000).slice(0, told.length)).toEqual(told)
    expect(journal.verify()).toMatchObject({ ok: true })
  })

  it('and the agent killed: what the reserve took is there again', () => {
    const journal = open({ limits: small })
    fillDisk()
    const kept = Array.from({ length: 40 }, (_, index) => appendLarge(journal, index))
    journals = [] // killed: nothing is closed
    emptyDisk()
    const again = open({ limits: small })
    const subjects = again.list({ kind: 'media.refused', limit: 1_000 }).map(({ hash }) => hash)
    expect(subjects).toEqual(kept.map((event) => event?.hash))
    expect(again.verify()).toMatchObject({ ok: true })
  })

  it('from the first start on: the agent runs, and stores what it has once there is room', () => {
    fillDisk()
    const journal = open({ limits: small })
    expect(journal.append({ kind: 'media.refused', subject: '1-2' })).not.toBeNull()
    expect(journal.health().state).toBe('failed')
    emptyDisk()
    journal.append({ kind: 'media.refused', subject: '1-3' })
    expect(journal.list({ kind: 'media.refused' }).map(({ subject }) => subject)).toEqual(['1-2', '1-3'])
    expect(journal.verify()).toMatchObject({ ok: true })
  })

  function appendLarge(journal: Journal, index: number) {
    return journal.append({ kind: 'media.refused', subject: `full ${index}`, data: { text: 'y'.repeat(1_000) } })
  }

  function fillDisk(): void {
    const { bavail, bsize } = statfsSync(dir)
    writeFileSync(join(dir, 'filler'), Buffer.alloc(bavail * bsize))
    expect(statfsSync(dir).bavail).toBe(0)
  }
  function emptyDisk(): void {
    rmSync(join(dir, 'filler'))
  }
})

function canMount(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'tanmori-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe], { stdio: 'ignore' })
    execFileSync('umount', [probe])
    return true
  } catch {
    return false
  } finally {
    rmSync(probe, { recursive: true })
  }
}

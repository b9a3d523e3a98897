import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NewStoredEvent } from '../../../src/center/store/records.ts'
import { openSqliteStore } from '../../../src/center/store/sqlite/sqlite-store.ts'
import type { Store } from '../../../src/center/store/store.ts'
import { createLines } from '../support/agent.ts'

let dir: string
let store: Store
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'store-'))
  store = openSqliteStore(join(dir, 's.sqlite'))
  for (const [id, hostname] of [
    ['T-1', 'b'],
    ['T-2', 'a'],
    ['T-3', 'a'],
  ] as const) {
    await store.terminals.add({
      id,
      hostname,
      zone: 'mynumber',
      group: '',
      os: '',
      agentVersion: '',
      hardware: '',
      keySha256: id,
      certificateExpires: '',
      enrolledAt: '2026-01-01T00:00:00.000Z',
      tokenId: '',
    })
  }
})
afterEach(async () => {
  await store.close()
  rmSync(dir, { recursive: true })
})

const events = (count: number): NewStoredEvent[] =>
  createLines(count).map((event) => ({
    terminalId: 'T-1',
    zone: 'mynumber',
    source: 'terminal',
    branch: 0,
    event,
    receivedAt: '2026-01-01T00:00:00.000Z',
  }))

describe('the embedded store', () => {
  it('keeps all of a commit or nothing', async () => {
    await store.events.commit(events(2), [])
    await expect(store.events.commit(events(3).slice(1), [{ id: 'T-1', hostname: 'new' }])).rejects.toMatchObject({
      code: 'store.unavailable',
    })
    expect((await store.events.list({}, { limit: 10 })).rows).toHaveLength(2)
    expect(await store.terminals.find('T-1')).toMatchObject({ hostname: 'b' })
  })

  it('pages without shifting when rows come in between', async () => {
    await store.events.commit(events(4), [])
    const first = await store.events.list({}, { limit: 2 })
    await store.events.commit(
      [{ ...events(1)[0], branch: 1 }].flatMap((row) => (isWhole(row) ? [row] : [])),
      [],
    )
    const second = await store.events.list({}, { limit: 2, cursor: first.nextCursor ?? undefined })
    expect([...first.rows, ...second.rows].map(({ seq }) => seq)).toEqual([4, 3, 2, 1])
    expect(second.nextCursor).toBeNull()
  })

  it('pages over rows that share a name', async () => {
    const first = await store.terminals.list({}, { limit: 1 })
    const second = await store.terminals.list({}, { limit: 1, cursor: first.nextCursor ?? undefined })
    const third = await store.terminals.list({}, { limit: 1, cursor: second.nextCursor ?? undefined })
    expect([first, second, third].map(({ rows }) => rows[0]?.id)).toEqual(['T-2', 'T-3', 'T-1'])
    expect(third.nextCursor).toBeNull()
  })

  it('takes the signs of a pattern for themselves in a search', async () => {
    await store.terminals.change([{ id: 'T-1', hostname: 'pc_1%' }])
    expect((await store.terminals.list({ q: '_1%' }, { limit: 10 })).rows).toHaveLength(1)
    expect((await store.terminals.list({ q: '%a%' }, { limit: 10 })).rows).toHaveLength(0)
  })

  it('leaves a revoked terminal revoked, whatever is heard of it', async () => {
    await store.terminals.revoke('T-1', 'lost', '2026-02-01T00:00:00.000Z')
    await store.terminals.change([{ id: 'T-1', state: 'online', stateSince: '2026-03-01T00:00:00.000Z' }])
    expect(await store.terminals.find('T-1')).toMatchObject({
      state: 'revoked',
      stateSince: '2026-02-01T00:00:00.000Z',
    })
    expect(await store.terminals.revoke('T-1', 'again', '2026-02-02T00:00:00.000Z')).toBe(false)
  })

  it('keeps the newest reading of a check, in whatever order they come', async () => {
    await store.terminals.putFacts('T-1', { check: 'c', readAt: '2026-01-02T00:00:00.000Z', facts: 2 })
    await store.terminals.putFacts('T-1', { check: 'c', readAt: '2026-01-01T00:00:00.000Z', facts: 1 })
    expect(await store.terminals.findFacts('T-1', 'c')).toMatchObject({ facts: 2 })
  })

  it('takes a token’s uses one by one, and none after its time', async () => {
    const token = {
      id: 'k',
      secretSha256: '',
      rootSha256: '',
      zone: 'lgwan',
      group: '',
      createdAt: '',
      createdBy: '',
    } as const
    await store.tokens.add({ ...token, usesLeft: 1, expires: '2026-01-02T00:00:00.000Z' })
    expect(await store.tokens.use('k', '2026-01-03T00:00:00.000Z')).toBe(false)
    expect(await store.tokens.use('k', '2026-01-01T00:00:00.000Z')).toBe(true)
    expect(await store.tokens.use('k', '2026-01-01T00:00:00.000Z')).toBe(false)
  })

  it('writes a copy that opens as a store, and never over a file', async () => {
    await store.events.commit(events(3), [])
    const file = join(dir, 'copy.sqlite')
    await store.backup(file)
    await expect(store.backup(file)).rejects.toMatchObject({ code: 'usage' })
    const copy = openSqliteStore(file)
    expect(await copy.events.latestId()).toBe(3)
    await copy.close()
  })

  it('leaves a store alone that a newer program made', async () => {
    await store.close()
    const db = new DatabaseSync(join(dir, 's.sqlite'))
    db.exec("INSERT INTO migrations VALUES (999, '')")
    db.close()
    expect(() => openSqliteStore(join(dir, 's.sqlite'))).toThrow(/version 999/)
    store = openSqliteStore(join(dir, 'other.sqlite'))
  })

  it('writes ahead, and syncs each commit', async () => {
    await store.events.commit(events(1), [])
    expect(existsSync(join(dir, 's.sqlite-wal'))).toBe(true)
    expect(statSync(join(dir, 's.sqlite-wal')).size).toBeGreaterThan(0)
  })
})

function isWhole(row: Partial<NewStoredEvent>): row is NewStoredEvent {
  return row.event !== undefined
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NewStoredEvent } from '../../../src/center/store/records.ts'
import { openSqliteStore } from '../../../src/center/store/sqlite/sqlite-store.ts'
import type { Store } from '../../../src/center/store/store.ts'
import { createLines } from '../support/agent.ts'

let dir: string
let store: Store
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'findings-'))
  store = openSqliteStore(join(dir, 's.sqlite'))
  const enrolled = { enrolledAt: '2026-01-01T00:00:00.000Z', certificateExpires: '', tokenId: '' }
  for (const id of ['T-1', 'T-2']) {
    const about = { id, hostname: id, zone: 'mynumber' as const, group: '', os: '', agentVersion: '', hardware: '' }
    await store.terminals.add({ ...about, keySha256: id, ...enrolled })
  }
})
afterEach(async () => {
  await store.close()
  rmSync(dir, { recursive: true })
})

const remedy = { ja: '更新を適用します', en: 'Install the updates' }
const text = { ja: '2件の更新が60日を過ぎています', en: '2 updates are older than 60 days' }

type Told = Readonly<{
  seq: number
  kind: 'finding.opened' | 'finding.closed'
  key?: string
  branch?: number
  change?: Readonly<Record<string, unknown>>
}>

/** One line of the journal with its place in it; what its hashes are does not matter here. */
function line({ seq, kind, key = 'kernel', branch = 0, change = {} }: Told, terminalId = 'T-1'): NewStoredEvent {
  const at = `2026-11-20T00:00:0${seq}.000Z`
  const ending = kind === 'finding.opened' ? { reason: text, remedy } : { because: 'passed' }
  const data = { key, outcome: 'fail', text, since: at, count: 1, readAt: at, ...ending, ...change }
  const [made] = createLines(1, { seq: seq - 1, hash: '0'.repeat(64) }, { kind, data, severity: 'high' })
  if (made === undefined) throw new Error('a line was wanted')
  const event = { ...made, control: 'sw.patch', at }
  return { terminalId, zone: 'mynumber', source: 'terminal', branch, event, receivedAt: '2026-11-20T00:01:00.000Z' }
}

const tell = (...told: readonly Told[]) =>
  store.events.commit(
    told.map((one) => line(one)),
    [],
  )
const opened = (seq: number) => ({ seq, kind: 'finding.opened' }) as const
const closed = (seq: number) => ({ seq, kind: 'finding.closed' }) as const

describe('findings', () => {
  it('open with their sentence and since-when, and are gone once closed', async () => {
    await tell(opened(1))
    expect(await store.findings.open('T-1')).toEqual([
      {
        control: 'sw.patch',
        key: 'kernel',
        severity: 'high',
        outcome: 'fail',
        text,
        remedy,
        times: 1,
        openedAt: '2026-11-20T00:00:01.000Z',
        closedAt: null,
      },
    ])
    await tell(closed(2))
    expect(await store.findings.open('T-1')).toEqual([])
    expect(await store.findings.closed('T-1', 10)).toMatchObject([
      { text, remedy, closedAt: '2026-11-20T00:00:02.000Z' },
    ])
  })

  it.each([
    ['opened, closed and opened again', [opened(1), closed(2), { ...opened(3), change: { count: 2 } }], true, 2],
    ['opened twice without a close', [opened(1), opened(2)], true, 1],
    ['closed, the opening coming late', [closed(2), opened(1)], false, 1],
    ['opened in a later branch with a lower number', [closed(5), { ...opened(3), branch: 1 }], true, 1],
    ['closed without a word of their opening', [closed(4)], false, 1],
  ] as const)('that were %s are one finding', async (_case, told, isOpen, times) => {
    for (const one of told) await tell(one)
    const open = await store.findings.open('T-1')
    const all = [...open, ...(await store.findings.closed('T-1', 10))]
    expect(all).toMatchObject([{ times }])
    expect(open).toHaveLength(isOpen ? 1 : 0)
  })

  it('of a shape that this version cannot read stay events alone', async () => {
    await tell({ ...opened(1), change: { count: 'often' } })
    expect(await store.findings.open('T-1')).toEqual([])
    expect((await store.events.list({ kind: 'finding.opened' }, { limit: 10 })).rows).toHaveLength(1)
  })

  it('go with the commit of their event, or not at all', async () => {
    await tell(opened(1))
    const twice = [line({ ...opened(2), key: 'other' }), line(opened(1))]
    await expect(store.events.commit(twice, [])).rejects.toMatchObject({ code: 'store.unavailable' })
    expect(await store.findings.open('T-1')).toHaveLength(1)
  })

  it('are counted over terminals that are not revoked', async () => {
    await tell(opened(1), { ...opened(2), key: 'openssl' })
    await store.events.commit([line(opened(1), 'T-2')], [])
    expect(await store.findings.countOpen({})).toMatchObject({ findings: 3, terminals: 2, bySeverity: { high: 3 } })
    expect(await store.findings.countOpen({ zone: 'lgwan' })).toMatchObject({ findings: 0, terminals: 0 })
    await store.terminals.revoke('T-2', 'lost', '2026-11-21T00:00:00.000Z')
    expect(await store.findings.countOpen({})).toMatchObject({ findings: 2, terminals: 1 })
  })
})

import { describe, expect, it } from 'vitest'
import { isRemovalLine, type NoteRemovalDeps, noteRemoval, type RemovalNote } from '../../agent/removal-note.ts'
import { eventKinds, type JournalEvent, type NewEvent } from '../../src/protocol/events.ts'
import { version } from '../../src/version.ts'

const allowed: RemovalNote = {
  isAllowed: true,
  code: 'released',
  subject: 'R-2026-004',
  by: '山田',
  way: 'package',
  detail: '',
}
const refused: RemovalNote = { ...allowed, isAllowed: false, code: 'no-release', subject: '' }
const never = new Promise<never>(() => undefined)

type Row = Readonly<{ what: string; note: RemovalNote; hasCenter: boolean; ack: Promise<void>; delivery: string }>
const rows: readonly Row[] = [
  {
    what: 'a removal that the center holds',
    note: allowed,
    hasCenter: true,
    ack: Promise.resolve(),
    delivery: 'acknowledged',
  },
  {
    what: 'a removal that the center does not answer',
    note: allowed,
    hasCenter: true,
    ack: never,
    delivery: 'waiting',
  },
  { what: 'a removal without a center', note: allowed, hasCenter: false, ack: never, delivery: 'no-center' },
  {
    what: 'a refusal, for which nobody waits',
    note: refused,
    hasCenter: true,
    ack: Promise.resolve(),
    delivery: 'waiting',
  },
]

describe('the line of a removal', () => {
  it.each(rows)('is told as $delivery: $what', async ({ note, hasCenter, ack, delivery }) => {
    const { deps, lines } = fakes({ ack, hasCenter })
    expect(await noteRemoval(deps, note)).toEqual({ seq: 7, delivery })
    expect(lines).toHaveLength(1)
  })

  it('says why it was allowed, by what, who asked and of which version', async () => {
    const { deps, lines } = fakes({})
    await noteRemoval(deps, allowed)
    const text = { ja: '署名された許可により、取り外せます。', en: 'A signed release allows taking it off.' }
    const data = { text, why: 'released', reference: 'R-2026-004', by: '山田', way: 'package', version }
    expect(lines).toEqual([{ kind: 'agent.removed', subject: 'PC-01', data }])
  })

  it('of a refusal is another kind, and both are evidence', async () => {
    const { deps, lines } = fakes({})
    await noteRemoval(deps, { ...refused, code: 'bad-release', detail: 'one holder signed' })
    expect(lines[0]).toMatchObject({ kind: 'agent.removal-refused', data: { detail: 'one holder signed' } })
    expect(lines[0]?.data).not.toHaveProperty('reference')
    for (const kind of ['agent.removed', 'agent.removal-refused'] as const) {
      expect(eventKinds[kind].lane).toBe('violation')
      expect(isRemovalLine(kind)).toBe(true)
    }
  })

  it.each([
    ['takes no line', { isFull: true }],
    ['cannot be written', { state: 'failed' }],
  ] as const)('is an error where the journal %s', async (_what, broken) => {
    await expect(noteRemoval(fakes(broken).deps, allowed)).rejects.toMatchObject({ code: 'journal.full' })
  })
})

function fakes({
  ack = Promise.resolve(),
  hasCenter = true,
  isFull = false,
  state = 'working',
}: Readonly<{ ack?: Promise<void>; hasCenter?: boolean; isFull?: boolean; state?: 'working' | 'failed' }>) {
  const lines: NewEvent[] = []
  const line: JournalEvent = {
    seq: 7,
    at: '2026-06-10T03:00:00Z',
    bootId: 'boot-1',
    kind: 'agent.removed',
    severity: 'high',
    subject: 'PC-01',
    data: {},
    prev: '0'.repeat(64),
    hash: '0'.repeat(64),
  }
  const deps: NoteRemovalDeps = {
    journal: {
      append: (event) => {
        lines.push(event)
        return isFull ? null : line
      },
      health: () => ({ id: 'journal', state, lastAt: null, detail: 'ENOSPC' }),
      untilAcknowledged: () => ack,
    },
    timers: {
      after(_delayMs, run) {
        const waiting = setImmediate(run)
        return () => clearImmediate(waiting)
      },
    },
    hostname: 'PC-01',
    hasCenter,
  }
  return { deps, lines }
}

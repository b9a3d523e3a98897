import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { TanmoriError } from '../../src/errors.ts'
import type { JournalEvent } from '../../src/protocol/events.ts'
import { type ChainHead, parseLine, type StoredRow, type Verification, verifyChain } from './chain.ts'
import { JournalDatabase, type ListFilter } from './database.ts'
import { judgeFailure } from './failure.ts'

/** The journal as another process reads it, whether the agent runs or not. */
export type JournalReader = Readonly<{
  list(filter: ListFilter): readonly JournalEvent[]
  /** Every line, oldest first. */
  iterate(): Iterable<JournalEvent>
  verify(): Verification
  /** Every row as it lies there, not yet believed, oldest first: also where the chain is broken. */
  rows(): Iterable<StoredRow>
  /** The line before the first that is still held. */
  anchor(): ChainHead
  /** The last line's head. */
  last(): ChainHead
  close(): void
}>

/** Waits for the agent's commit at most. */
const busyTimeoutMs = 5_000

/** @throws TanmoriError `journal.missing`, `journal.broken`, `journal.locked` */
export function openJournalReader(dir: string): JournalReader {
  const path = join(dir, 'journal.db')
  if (!existsSync(path)) throw new TanmoriError('journal.missing', `${path}: no journal there, or no right to see it`)
  const database = attempt(() => new JournalDatabase(path, { readOnly: true, busyTimeoutMs }), path)
  return {
    list: (filter) => attempt(() => database.list(filter), path),
    iterate: function* () {
      for (const row of database.rows(0, -1)) yield parseLine(row).event
    },
    verify: () => attempt(() => verifyChain(database.anchor(), database.rows(0, -1)), path),
    rows: () => database.rows(0, -1),
    anchor: () => attempt(() => database.anchor(), path),
    last: () => attempt(() => database.head(), path),
    close: () => database.close(),
  }
}

function attempt<T>(ask: () => T, path: string): T {
  try {
    return ask()
  } catch (error) {
    const code = judgeFailure(error) === 'locked' ? 'journal.locked' : 'journal.broken'
    throw new TanmoriError(code, `${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

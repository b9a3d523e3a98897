import type { JournalDatabase, KindCount } from './database.ts'

/** Numbers about what is held. */
export type JournalSummary = Readonly<{
  lines: number
  bytes: number
  oldestAt: string | null
  lastAt: string | null
  pending: number
  oldestPendingAt: string | null
  /** Since the time that was asked for, of the newest lines. */
  kinds: readonly KindCount[]
}>

export const emptySummary: JournalSummary = {
  lines: 0,
  bytes: 0,
  oldestAt: null,
  lastAt: null,
  pending: 0,
  oldestPendingAt: null,
  kinds: [],
}

/** Counted while the guard waits. */
const maxCounted = 50_000

/** What the database knows of it by itself; `acknowledged`: up to where the collector holds it. */
export function summarize(
  database: JournalDatabase,
  { since, acknowledged }: Readonly<{ since: string; acknowledged: number }>,
): Omit<JournalSummary, 'lastAt' | 'pending'> {
  return {
    lines: database.countAfter(database.anchor().seq),
    bytes: database.bytes(),
    oldestAt: database.timeAfter(0),
    oldestPendingAt: database.timeAfter(acknowledged),
    kinds: database.countKinds(since, maxCounted),
  }
}

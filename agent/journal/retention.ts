import type { JournalDatabase } from './database.ts'
import type { JournalLimits } from './limits.ts'

/** Lines that one round removes at most: the guard waits meanwhile. */
const maxRemovedAtOnce = 2_000

/**
 * Takes lines that are held elsewhere from the head of the journal, first by age, then by size.
 * Answers how many. Throws what node:sqlite throws, with nothing removed.
 */
export function applyRetention(
  options: Readonly<{ database: JournalDatabase; limits: JournalLimits; now: Date; upTo: number; byBytes: boolean }>,
): number {
  const { database, limits, now, upTo, byBytes } = options
  const before = new Date(now.getTime() - limits.retentionDays * 86_400_000).toISOString()
  database.begin()
  const old = database.removeHead(upTo, before, maxRemovedAtOnce)
  const isLarge = byBytes && database.bytes() > limits.maxBytes
  const large = isLarge ? database.removeHead(upTo, null, maxRemovedAtOnce) : 0
  database.commit()
  if (old + large > 0) database.releaseFreePages()
  return old + large
}

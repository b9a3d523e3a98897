import type { AgentFactValue } from '../../src/checks/agent-facts.ts'
import { type ChainHead, verifyChain } from '../journal/chain.ts'
import { JournalDatabase } from '../journal/database.ts'

export type JournalVerifier = Readonly<{
  /** Goes on where it stopped, for a moment; answers the last verification that came to the end. */
  verifySome(): Promise<Verification | null>
}>
type Verification = NonNullable<AgentFactValue<'journal'>['verification']>

/** Verified in one piece: a few milliseconds. */
const sliceLines = 20
/** Spent on one call; a journal of years takes several rounds. */
const maxMs = 150
const busyTimeoutMs = 100
/** New lines are verified each time; all of them again after this, since old ones can be altered too. */
const fromTheStartMs = 6 * 3_600_000

type Pass = { head: ChainHead; lines: number; firstBad: number | null; readonly startedMs: number }

/** Verifies the journal's file as another reader would, a slice at a time, so that the guard never waits for it. */
export function createJournalVerifier(path: string, now: () => Date, nowMs: () => number): JournalVerifier {
  let pass: Pass | null = null
  let last: Verification | null = null
  return {
    async verifySome() {
      const database = openDatabase(path)
      if (database === null) return last
      try {
        if (pass === null || nowMs() - pass.startedMs > fromTheStartMs) pass = begin(database, nowMs())
        const isDone = await goOn(database, pass, nowMs)
        const { lines, firstBad } = pass
        if (isDone) last = { at: now().toISOString(), isWhole: firstBad === null, lines, firstBad }
        else if (firstBad !== null) last = { at: now().toISOString(), isWhole: false, lines, firstBad }
      } finally {
        database.close()
      }
      return last
    },
  }
}

function begin(database: JournalDatabase, startedMs: number): Pass {
  return { head: database.anchor(), lines: 0, firstBad: null, startedMs }
}

async function goOn(database: JournalDatabase, pass: Pass, nowMs: () => number): Promise<boolean> {
  const until = nowMs() + maxMs
  while (nowMs() < until) {
    // Retention may have taken lines that this pass had not reached.
    const anchor = database.anchor()
    if (anchor.seq > pass.head.seq) pass.head = anchor
    const rows = [...database.rows(pass.head.seq + 1, sliceLines)]
    const lastRow = rows.at(-1)
    if (lastRow === undefined) return true
    const { firstBad } = verifyChain(pass.head, rows)
    pass.firstBad ??= firstBad ?? null
    pass.lines += rows.length
    pass.head = { seq: lastRow.seq, hash: lastRow.hash }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return false
}

/** Null where it cannot be opened now: the journal's own sensor says why. */
function openDatabase(path: string): JournalDatabase | null {
  try {
    return new JournalDatabase(path, { readOnly: true, busyTimeoutMs })
  } catch {
    return null
  }
}

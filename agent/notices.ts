import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type KeptNotice, noticeSchema } from './control/protocol.ts'
import { writeFileAtomically } from './write-file.ts'

export type Notices = Readonly<{
  add(text: Readonly<{ ja: string; en: string }>): void
  /** Newest first. */
  list(): readonly KeptNotice[]
}>

const maxNotices = 20
const maxChars = 2_000

/**
 * What the person at the terminal was told last: kept, because a desktop notice is gone in a moment and a terminal
 * without a session shows none.
 */
export function openNotices(path: string, now: () => Date): Notices {
  let kept = readKept(path)
  return {
    add({ ja, en }) {
      const notice = { at: now().toISOString(), ja: ja.slice(0, maxChars), en: en.slice(0, maxChars) }
      kept = [notice, ...kept].slice(0, maxNotices)
      try {
        writeFileAtomically(path, JSON.stringify(kept))
      } catch {
        // Still told while the agent runs; the journal holds the event itself.
      }
    },
    list: () => kept,
  }
}

function readKept(path: string): readonly KeptNotice[] {
  try {
    return z
      .array(noticeSchema)
      .max(maxNotices)
      .parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    // None yet, or cut by a power failure: nothing that the journal does not hold.
    return []
  }
}

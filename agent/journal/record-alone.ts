import { TanmoriError } from '../../src/errors.ts'
import type { NewEvent } from '../../src/protocol/events.ts'
import type { ControlDoors } from '../control/doors.ts'
import { createJournal, type JournalDeps } from './journal.ts'

export type AlonePlace = Pick<JournalDeps, 'dir' | 'bootId' | 'limits' | 'now'> &
  Readonly<{ doors: Pick<ControlDoors, 'claim' | 'release'> }>

/**
 * One line, on disk when it resolves with its number. The place is the agent's meanwhile: one that starts now tries again.
 * @throws TanmoriError `platform.failed` where an agent runs, `journal.full` where the line could not be written
 */
export async function recordAlone({ doors, ...place }: AlonePlace, event: NewEvent): Promise<number> {
  await doors.claim()
  try {
    const journal = createJournal(place)
    try {
      const line = journal.append(event)
      const { state, detail } = journal.health()
      if (line === null || state === 'failed') throw new TanmoriError('journal.full', detail)
      return line.seq
    } finally {
      journal.close()
    }
  } finally {
    doors.release()
  }
}

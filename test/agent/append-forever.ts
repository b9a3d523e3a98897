import { writeSync } from 'node:fs'
import { createJournal } from '../../agent/journal/journal.ts'

/** A child for `journal-faults.test.ts`: appends until it is killed, and says each number once it was given. */
const [, , dir = ''] = process.argv
const journal = createJournal({ dir, now: () => new Date(), bootId: `pid-${process.pid}` })
for (let count = 0; ; count += 1) {
  if (count % 3 === 0) journal.append({ kind: 'device.allowed', subject: `chatter ${count}` })
  const event = journal.append({
    kind: 'media.refused',
    subject: `violation ${count}`,
    data: { text: 'x'.repeat(500) },
  })
  writeSync(1, `${event?.seq} ${event?.hash}\n`)
}

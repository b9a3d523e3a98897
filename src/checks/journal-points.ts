import { z } from 'zod'
import { sensorSchema } from '../protocol/messages.ts'
import { japanDate } from './japan-time.ts'
import { fail, type Point, pass, untold } from './points.ts'

/** Of the agent's own journal, what a check may rest on; counts of lines and bytes change by themselves. */
export const journalFacts = z.object({
  state: sensorSchema.shape.state,
  detail: z.string(),
  oldestAt: z.iso.datetime().nullable(),
  retentionDays: z.int(),
  failures: z.int(),
  lastFailureAt: z.iso.datetime().nullable(),
  /** To the day: a verification that came to the same again is no news. */
  verification: z
    .object({ at: z.iso.datetime(), isWhole: z.boolean(), firstBad: z.int().nullable() })
    .transform((told) => ({ ...told, at: `${told.at.slice(0, 10)}T00:00:00Z` }))
    .nullable(),
})
// What the detail says while all is well are counts, too.
export const steadyJournalFacts = journalFacts.transform((facts) =>
  facts.state === 'working' ? { ...facts, detail: '' } : facts,
)
export type JournalFacts = z.infer<typeof journalFacts>

/** A verification older than this says nothing of today. */
const maxVerificationDays = 7

export function journalWritesPoint({ state, detail }: JournalFacts): Point {
  if (state === 'working') return pass('journal', '証跡を書き込めています', 'the journal is being written')
  if (state === 'degraded') {
    return fail('journal', `証跡の記録に支障があります（${detail}）`, `the journal is impaired (${detail})`)
  }
  return fail('journal', `証跡を書き込めません（${detail}）`, `the journal cannot be written (${detail})`)
}

export function journalChainPoint({ verification }: JournalFacts, now: Date): Point {
  if (verification === null) {
    return untold('chain', {
      ja: '証跡の検証がまだ一度も終わっていません',
      en: 'the journal has not been verified to its end yet',
    })
  }
  const day = japanDate(new Date(verification.at))
  if (!verification.isWhole) {
    const line = verification.firstBad === null ? '' : `（${verification.firstBad}行目から）`
    const lineEn = verification.firstBad === null ? '' : ` from line ${verification.firstBad}`
    return fail('chain', `証跡が改ざん又は欠落しています${line}`, `the journal was altered or has gaps${lineEn}`)
  }
  if ((now.getTime() - Date.parse(verification.at)) / 86_400_000 > maxVerificationDays + 1) {
    return untold('chain', {
      ja: `証跡の検証が${day}を最後に終わっていません`,
      en: `the journal has not been verified since ${day}`,
    })
  }
  return pass('chain', `証跡は改ざん・欠落のないことを確かめました（${day}）`, `the journal was whole on ${day}`)
}

import { z } from 'zod'

export const sentenceSchema = z.strictObject({ ja: z.string().max(1000), en: z.string().max(1000) })
/** A sentence for people, in both languages. Names, paths and numbers of the case are already in it. */
export type Sentence = z.infer<typeof sentenceSchema>

export const outcomes = ['pass', 'fail', 'unknown'] as const
export type Outcome = (typeof outcomes)[number]

/** One thing that is not as it should be. `key` is stable while the thing is the same: findings open and close by it. */
export const itemSchema = z.strictObject({ key: z.string().max(200), text: sentenceSchema })
export type Item = z.infer<typeof itemSchema>

export const resultLimits = { maxItems: 50 } as const

/**
 * What a terminal says of one control. `items` are the first 50 of `itemCount`. A control of which the policy asks
 * nothing has no result at all; one that was never read has `readAt` null and is `unknown`.
 */
export const resultSchema = z.strictObject({
  control: z.string().max(64),
  outcome: z.enum(outcomes),
  reason: sentenceSchema,
  items: z.array(itemSchema).max(resultLimits.maxItems),
  itemCount: z.int().min(0),
  /** Since when the outcome is this one, over restarts. */
  since: z.iso.datetime(),
  readAt: z.iso.datetime().nullable(),
  /** The reading is older than the policy's `checks.staleAfterMinutes`, as the terminal saw it. */
  isStale: z.boolean(),
  /** A grant sets this control aside on this terminal. */
  grantId: z.string().max(100).optional(),
})
export type Result = z.infer<typeof resultSchema>

import { z } from 'zod'
import { sentenceSchema } from './result.ts'

/** `key` of the one finding that stands for many new items of a control at once. */
export const manyKey = '*'

/**
 * What `data` of `finding.opened` carries. One finding per (control, key); key '' for a fail or unknown of the whole.
 * `count`: how often it came; above 1 it comes and goes, and stays open until it has been quiet for a while.
 */
export const findingOpenedSchema = z.object({
  key: z.string().max(200),
  outcome: z.enum(['fail', 'unknown']),
  /** Of the whole control. */
  reason: sentenceSchema,
  /** Of this one thing; the reason again where the key is ''. */
  text: sentenceSchema,
  remedy: sentenceSchema,
  since: z.iso.datetime(),
  count: z.int().min(1),
  readAt: z.iso.datetime().nullable(),
})
export type FindingOpened = z.infer<typeof findingOpenedSchema>

/** `because`: it passed, it became something else, or the control is no longer asked for. */
export const findingClosedSchema = z.object({
  key: z.string().max(200),
  outcome: z.enum(['fail', 'unknown']),
  text: sentenceSchema,
  because: z.enum(['passed', 'changed', 'not-asked']),
  since: z.iso.datetime(),
  count: z.int().min(1),
  readAt: z.iso.datetime().nullable(),
})
export type FindingClosed = z.infer<typeof findingClosedSchema>

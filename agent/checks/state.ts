import { z } from 'zod'
import { itemSchema, outcomes, sentenceSchema } from '../../src/checks/result.ts'

const instant = z.iso.datetime()

/** What was last found of one control, and how the reading went; kept over restarts. */
export const checkStateSchema = z.object({
  control: z.string(),
  /** Null: the policy asks nothing of it. */
  outcome: z.enum(outcomes).nullable(),
  reason: sentenceSchema,
  items: z.array(itemSchema),
  itemCount: z.int(),
  /** The last reading brought facts. */
  hasFacts: z.boolean(),
  since: instant,
  readAt: instant.nullable(),
  /** Which boot it was read in and how long that had lasted: its age then does not depend on the clock. */
  readBootId: z.string(),
  readUptimeMs: z.number(),
  run: z
    .object({
      ms: z.number(),
      cpuMs: z.number(),
      readings: z.array(
        z.object({
          name: z.string(),
          kind: z.string(),
          ms: z.number(),
          failure: z.object({ reason: z.string(), detail: z.string() }).nullable(),
        }),
      ),
    })
    .nullable(),
  bench: z.object({ until: instant, times: z.int() }).nullable(),
})
export type CheckState = z.infer<typeof checkStateSchema>

export const openFindingSchema = z.object({
  control: z.string(),
  key: z.string(),
  outcome: z.enum(['fail', 'unknown']),
  text: sentenceSchema,
  since: instant,
  count: z.int(),
  seq: z.int(),
  quietSince: instant.nullable(),
  covers: z.array(z.string()).nullable(),
})

export const closedMarkSchema = z.object({ control: z.string(), key: z.string(), at: instant, count: z.int() })

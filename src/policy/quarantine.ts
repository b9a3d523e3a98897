import { z } from 'zod'

const cutId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, dot, hyphen, underscore; at most 100')

/**
 * A signed order to cut terminals off the network, or to let them back (`tanmori.quarantine/1`). One cut has one id
 * (切離番号): a release names the id of the cut that it ends, so that no release of another cut, or of an earlier time,
 * can end it. A terminal that cut itself off because of malware made the id itself, and says it in `tanmori status`.
 */
export const quarantineSchema = z.strictObject({
  schema: z.literal('tanmori.quarantine/1'),
  id: cutId,
  /** Only rises, per id. */
  version: z.int().min(1),
  terminals: z.array(z.string().min(1).max(64)).min(1).max(5000),
  action: z.enum(['isolate', 'release']),
  reason: z.string().min(1).max(2000),
  /** When it was ordered. */
  at: z.iso.datetime({ offset: true }),
  /** No terminal takes it up after this. What is cut by then stays cut: only a release ends it. */
  until: z.iso.datetime({ offset: true }).optional(),
})
export type Quarantine = z.infer<typeof quarantineSchema>

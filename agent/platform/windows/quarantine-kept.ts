import { z } from 'zod'
import type { QuarantineWanted } from '../platform.ts'

export const keptName = 'quarantine-filters.json'

const recordSchema = z.strictObject({
  schema: z.literal('tanmori.windows-quarantine/1'),
  wanted: z.discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('off') }),
    z.strictObject({
      mode: z.literal('on'),
      center: z.array(z.strictObject({ address: z.string(), port: z.int() })),
      resolvers: z.array(z.string()),
    }),
  ]),
  restored: z.int().min(0),
})
/** What was asked for last, and how often it was put back since. */
export type Kept = z.infer<typeof recordSchema>

export function isKept(kept: Kept | null, wanted: QuarantineWanted): boolean {
  return kept !== null && JSON.stringify(kept.wanted) === JSON.stringify(plain(wanted))
}

export function plain(wanted: QuarantineWanted): Kept['wanted'] {
  if (wanted.mode === 'off') return { mode: 'off' }
  const center = wanted.center.map(({ address, port }) => ({ address, port }))
  return { mode: 'on', center, resolvers: [...wanted.resolvers] }
}

/** A damaged record says nothing: what stands in the engine does. */
export function parseKept(text: string): Kept | null {
  try {
    return recordSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

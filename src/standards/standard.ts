import { z } from 'zod'
import { zones } from '../protocol/zone.ts'

const bilingual = z.strictObject({ ja: z.string().min(1).max(500), en: z.string().min(1).max(500) })

export const clauseKinds = ['enforce', 'verify', 'record', 'workflow'] as const

/** One duty of a standard, in our own words, and the controls that answer it. */
export const clauseSchema = z.strictObject({
  /** As the document numbers it, deepest level that carries the duty: `第26条の3第2項`, `6.4(1)⑧`. */
  ref: z.string().min(1).max(64),
  summary: bilingual,
  zones: z.array(z.enum(zones)).min(1),
  /** Who answers for it, as the document says. */
  role: bilingual,
  kind: z.enum(clauseKinds),
  controls: z.array(z.string().max(64)).min(1),
})
export type Clause = z.infer<typeof clauseSchema>

/** `policies/standards/ID.yaml` */
export const standardSchema = z.strictObject({
  schema: z.literal('tanmori.standard/1'),
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, 'lower-case letters, digits and hyphens, beginning with a letter; at most 64'),
  title: bilingual,
  issuer: bilingual,
  /** The amendment that was read, as the document dates it; null where it carries no date. */
  amended: bilingual.nullable(),
  clauses: z.array(clauseSchema).min(1),
})
export type Standard = z.infer<typeof standardSchema>

/**
 * The part of the console's contract about proofs (`tanmori doctor --prove`). A build is counted by the newest proof of
 * each terminal on it; terminals that are revoked never count.
 *
 * | route | query | answer | role |
 * |---|---|---|---|
 * | GET /api/proofs | – | BuildsView | viewer |
 * | GET /api/proofs/build | BuildQuery | BuildView; 404 `not-found` | viewer |
 * | GET /api/proofs/terminals | BuildTerminalsQuery | BuildTerminalsPage | viewer |
 * | GET /api/terminals/:id/proofs | – | TerminalProofs; 404 `not-found` | viewer |
 * | GET /api/terminals/:id/proofs/:sha256 | – | ProofView; 404 `not-found` | viewer |
 * | GET /api/terminals/:id/proofs/:sha256/file | – | the proof as its terminal signed it; recorded in the audit log | viewer |
 * | GET /api/proofs/export, /api/proofs/terminals/export | its query, `format`, `lang` | a file, streamed; recorded in the audit log | viewer |
 */
import { z } from 'zod'
import { sentenceSchema } from '../../checks/result.ts'
import { proofOutcomes, proofSchema } from '../../protocol/proof.ts'
import { zones } from '../../protocol/zone.ts'

const instant = z.iso.datetime()
const count = z.int().min(0)
const cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,400}$/)
  .optional()
const limit = z.coerce.number().int().min(1).max(200).default(50)

const build = { os: z.string().max(120), build: z.string().max(80) }
/** `standIn` left out: the system itself. */
const buildQuery = { ...build, standIn: z.string().max(80).optional() }
export const buildQuerySchema = z.strictObject(buildQuery)
export type BuildQuery = z.input<typeof buildQuerySchema>
export const buildTerminalsQuerySchema = z.strictObject({
  ...buildQuery,
  item: z.string().max(96),
  outcome: z.enum(proofOutcomes).optional(),
  cursor,
  limit,
})
export type BuildTerminalsQuery = z.input<typeof buildTerminalsQuerySchema>

const counts = z.strictObject({ proven: count, disproven: count, 'not-tried': count })
const named = { ...build, standIn: z.string().nullable() }

export const buildRowSchema = z.strictObject({
  ...named,
  terminals: count,
  lastAt: instant,
  agentVersions: z.array(z.string()),
  /** Things that were tried: one that failed anywhere counts as disproven. */
  items: counts,
})
export type BuildRow = z.infer<typeof buildRowSchema>
export const buildsViewSchema = z.strictObject({ at: instant, rows: z.array(buildRowSchema) })
export type BuildsView = z.infer<typeof buildsViewSchema>

export const buildItemSchema = z.strictObject({
  id: z.string(),
  title: sentenceSchema,
  terminals: counts,
  lastProvenAt: instant.nullable(),
  lastDisprovenAt: instant.nullable(),
})
export type BuildItem = z.infer<typeof buildItemSchema>
export const buildViewSchema = z.strictObject({ ...buildRowSchema.shape, at: instant, rows: z.array(buildItemSchema) })
export type BuildView = z.infer<typeof buildViewSchema>

export const buildTerminalSchema = z.strictObject({
  terminalId: z.string(),
  hostname: z.string(),
  zone: z.enum(zones),
  group: z.string(),
  outcome: z.enum(proofOutcomes),
  reason: sentenceSchema,
  observed: z.string(),
  at: instant,
  agentVersion: z.string(),
})
export type BuildTerminal = z.infer<typeof buildTerminalSchema>
export const buildTerminalsPageSchema = z.strictObject({
  rows: z.array(buildTerminalSchema),
  nextCursor: z.string().nullable(),
})
export type BuildTerminalsPage = z.infer<typeof buildTerminalsPageSchema>

export const proofRowSchema = z.strictObject({
  ...named,
  sha256: z.string(),
  startedAt: instant,
  endedAt: instant,
  receivedAt: instant,
  agentVersion: z.string(),
  counts,
})
export type ProofRow = z.infer<typeof proofRowSchema>
/** Newest first. */
export const terminalProofsSchema = z.strictObject({ rows: z.array(proofRowSchema) })
export type TerminalProofs = z.infer<typeof terminalProofsSchema>
export const proofViewSchema = z.strictObject({ sha256: z.string(), proof: proofSchema })
export type ProofView = z.infer<typeof proofViewSchema>

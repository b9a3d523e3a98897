import { z } from 'zod'
import { failureReasons } from '../checks/reading.ts'
import { sentenceSchema } from '../checks/result.ts'
import { modes } from '../policy/verdict.ts'
import { terminalSignatureSchema } from './terminal-signature.ts'
import { zones } from './zone.ts'

/** `proven`: tried, and it held. `disproven`: tried, and it did not. `not-tried`: nothing is said either way. */
export const proofOutcomes = ['proven', 'disproven', 'not-tried'] as const
export type ProofOutcome = (typeof proofOutcomes)[number]

/** What both sides hold a proof to; the whole of it fits into one frame. */
export const proofLimits = {
  maxBytes: 524_288,
  maxItems: 200,
  maxReadings: 2_000,
  maxCalls: 200,
  maxObservedChars: 500,
  maxDetailChars: 160,
  /** Kept on a terminal, the newest; and told of again until its center has them. */
  maxKept: 10,
} as const

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const ms = z.int().min(0)

/** One thing that was tried. `id` is stable over versions: `agent.recovers`, `guard.class-denied.mass-storage`. */
export const proofItemSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9.-]{0,95}$/),
  title: sentenceSchema,
  outcome: z.enum(proofOutcomes),
  reason: sentenceSchema,
  /** What was done to find out. */
  tried: sentenceSchema,
  /** What the machine answered, in its own words. */
  observed: z.string().max(proofLimits.maxObservedChars),
  ms,
})
export type ProofItem = z.infer<typeof proofItemSchema>

/** One reading of one check. `missing` is an answer: what was looked for is not there. */
export const proofReadingSchema = z.strictObject({
  control: z.string().max(64),
  name: z.string().max(64),
  kind: z.string().max(16),
  ms,
  failure: z
    .strictObject({ reason: z.enum(failureReasons), detail: z.string().max(proofLimits.maxDetailChars) })
    .nullable(),
})
export type ProofReading = z.infer<typeof proofReadingSchema>

/** One call to the system, by its documented name or that of the promise it stands behind. */
export const proofCallSchema = z.strictObject({
  name: z.string().max(96),
  outcome: z.enum(['answered', 'unsupported', 'failed', 'timeout']),
  ms,
  detail: z.string().max(proofLimits.maxDetailChars),
})
export type ProofCall = z.infer<typeof proofCallSchema>

/** `tanmori.proof/1`: what was tried on one terminal, and what came of it. */
export const proofSchema = z.strictObject({
  schema: z.literal('tanmori.proof/1'),
  terminal: z.strictObject({
    id: z.string().max(64),
    hostname: z.string().max(255),
    zone: z.enum(zones),
    group: z.string().max(100),
  }),
  /** `os` with `build` is what proofs of many terminals are counted by. */
  machine: z.strictObject({
    os: z.string().max(120),
    build: z.string().max(80),
    /** Said where it runs on something that only stands in for it, as Wine does for Windows. */
    standIn: z.string().max(80).nullable(),
    hardware: sha256.nullable(),
  }),
  agent: z.strictObject({ version: z.string().max(64), executableSha256: sha256.nullable() }),
  key: z.strictObject({ keyId: sha256, kind: z.enum(['enrolled', 'local']) }),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  policy: z
    .strictObject({ id: z.string().max(200), version: z.int().min(0), digest: sha256, mode: z.enum(modes) })
    .nullable(),
  items: z.array(proofItemSchema).max(proofLimits.maxItems),
  readings: z.array(proofReadingSchema).max(proofLimits.maxReadings),
  calls: z.array(proofCallSchema).max(proofLimits.maxCalls),
})
export type Proof = z.infer<typeof proofSchema>

/** The file: exactly these, in canonical order, and a line's end. */
export const signedProofSchema = z.strictObject({ proof: proofSchema, signature: terminalSignatureSchema })
export type SignedProof = z.infer<typeof signedProofSchema>

export type ProofCounts = Readonly<Record<ProofOutcome, number>>

export function countOutcomes(items: readonly Pick<ProofItem, 'outcome'>[]): ProofCounts {
  const count = (outcome: ProofOutcome) => items.filter((item) => item.outcome === outcome).length
  return { proven: count('proven'), disproven: count('disproven'), 'not-tried': count('not-tried') }
}

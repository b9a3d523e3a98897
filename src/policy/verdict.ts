import { z } from 'zod'
import { accesses, blockableClasses } from './device.ts'

export const modes = ['observe', 'enforce'] as const
export type Mode = (typeof modes)[number]

/** Why a verdict is what it is: stable ids, which pages and notices turn into sentences. */
export const verdictReasons = [
  'never-blockable', // the class can never be blocked
  'class-default', // the policy's access for the class
  'registered', // a medium of the ledger
  'registered-expired',
  'registered-other-terminal',
  'registered-other-user',
  'registered-duplicate', // two devices with this identity are plugged in, or the ledger holds it twice
  'grant', // a grant in force
  'grant-expired',
  'no-serial', // would match a registered medium but for its missing serial
  'volume-unknown', // matches by its volume only, and the volume has not been read yet
  'no-policy', // no policy was ever received: the built-in default of the zone
] as const
export type VerdictReason = (typeof verdictReasons)[number]

/** The answer of `decide` for one function of one device. Every field goes into the event. */
export const verdictSchema = z.strictObject({
  /** What is to be done now: in `observe` always `read-write`. */
  access: z.enum(accesses),
  /** What the rules say, whatever the mode. */
  wouldBe: z.enum(accesses),
  reason: z.enum(verdictReasons),
  /** `media.classes.mass-storage`, `media.registered.M-0012`, `grant.G-2026-031`, `never-blockable`. */
  ruleId: z.string().max(200),
  /** The control answered, `media.block` and its like. */
  control: z.string().max(64),
  class: z.enum([...blockableClasses, 'input', 'hub', 'smart-card']),
  policyId: z.string().max(200),
  policyVersion: z.int().min(0),
  mode: z.enum(modes),
  mediumId: z.string().max(200).optional(),
  grantId: z.string().max(200).optional(),
  /** Set where the rules say read-only and this OS cannot hold it for the class: `wouldBe` is then `block`. */
  limitedBy: z.literal('read-only-not-held').optional(),
  /** When this verdict ends by itself (a grant or registration runs out, or begins): decide again then. */
  until: z.iso.datetime().optional(),
})
export type Verdict = z.infer<typeof verdictSchema>

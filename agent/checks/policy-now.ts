import type { Grant } from '../../src/policy/grant.ts'
import type { Policy } from '../../src/policy/schema.ts'
import type { Zone } from '../../src/protocol/zone.ts'

/** What holds now: the policy, or the built-in default where none was received. */
export type PolicyNow = Readonly<{
  policy: Policy
  /** SHA-256 of its payload; null: the built-in default. */
  digest: string | null
  grants: readonly Grant[]
  terminal: Readonly<{ id: string; zone: Zone }>
}>

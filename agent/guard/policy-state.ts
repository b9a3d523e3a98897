import type { Grant } from '../../src/policy/grant.ts'
import type { Policy } from '../../src/policy/schema.ts'
import type { Zone } from '../../src/protocol/zone.ts'

/** All that the guard's decisions rest on. `policy` null: none was ever received. */
export type PolicyState = Readonly<{
  policy: Policy | null
  grants: readonly Grant[]
  terminal: Readonly<{ id: string; zone: Zone; group: string }>
}>

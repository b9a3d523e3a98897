import type { AcceptTerminal } from '../src/policy/accept.ts'
import type { Grant } from '../src/policy/grant.ts'
import type { Policy } from '../src/policy/schema.ts'
import { findControlGrant } from './checks/grants.ts'

export type RemovalFacts = Readonly<{
  policy: Pick<Policy, 'response'> | null
  /** There was a policy, and its files can no longer be believed. */
  isPolicyLost: boolean
  grants: readonly Grant[]
  terminal: Pick<AcceptTerminal, 'id' | 'zone'>
  /** Ids of the orders that keep this terminal off the network. */
  cuts: readonly string[]
  now: Date
}>
export type Removal = Readonly<{ isAllowed: boolean; code: RemovalCode; subject: string }>
export const removalCodes = ['no-policy', 'administrator', 'released', 'cut-off', 'policy-lost', 'no-release'] as const
export type RemovalCode = (typeof removalCodes)[number]
/** `damaged`: what holds cannot be read any more. `bad-release`: a release came that is none. */
export const noteCodes = [...removalCodes, 'damaged', 'bad-release'] as const
export type NoteCode = (typeof noteCodes)[number]

/**
 * Whether the agent may be taken off this terminal (`response.removal`). The release is a grant for `monitor.always`:
 * signed by two, for named terminals, until an hour. A terminal that is cut off has to be let back first. An
 * administrator who deletes files is not held by this; it keeps the installer from being the easy way.
 */
export function decideRemoval({ policy, isPolicyLost, grants, terminal, cuts, now }: RemovalFacts): Removal {
  const [cut] = cuts
  if (cut !== undefined) return { isAllowed: false, code: 'cut-off', subject: cut }
  const release = findControlGrant('monitor.always', grants, terminal, now)
  if (release !== null) return { isAllowed: true, code: 'released', subject: release }
  if (isPolicyLost) return { isAllowed: false, code: 'policy-lost', subject: '' }
  if (policy === null) return { isAllowed: true, code: 'no-policy', subject: '' }
  return policy.response.removal === 'administrator'
    ? { isAllowed: true, code: 'administrator', subject: '' }
    : { isAllowed: false, code: 'no-release', subject: '' }
}

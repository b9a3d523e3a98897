import { type ErrorCode, TanmoriError } from '../errors.ts'
import type { Zone } from '../protocol/zone.ts'
import type { VerifyCrypto } from './crypto.ts'
import { payloadTypes, type Signer, type Verified, verifyEnvelope } from './envelope.ts'
import { type Grant, grantSchema } from './grant.ts'
import { envelopeOf, type Incoming } from './incoming.ts'
import { parseJsonDocument } from './json-document.ts'
import { isSamePerson } from './person.ts'
import { type Policy, policySchema } from './schema.ts'
import type { TrustRoot } from './trust-root.ts'

/** The document in force; `digest` is the SHA-256 of its payload's bytes. */
export type Current = Readonly<{ id: string; version: number; digest: string }>

export type AcceptTerminal = Readonly<{ id: string; zone: Zone; group: string }>

export type Accepted<T> = Readonly<{
  document: T
  /** SHA-256 of the payload's bytes. */
  digest: string
  signers: readonly Signer[]
  /** `already`: this very document is in force; nothing is to be done. */
  outcome: 'new' | 'already'
}>

type OpenInput = Readonly<{ incoming: Incoming; root: TrustRoot; crypto: VerifyCrypto }>
type AcceptInput = OpenInput & Readonly<{ now: Date }>

/**
 * The one gate for a policy, on the wire and from a file, at the terminal and at the center. `seen` holds the highest
 * version ever applied per policy id, so that switching between ids cannot bring an old version back. Throws
 * `policy.too-large`, `policy.unreadable`, `envelope.*`, `policy.invalid`, `policy.wrong-terminal`,
 * `policy.version-not-higher`, `policy.not-yet-valid`, `policy.expired`.
 */
export function acceptPolicy(
  input: AcceptInput &
    Readonly<{ terminal: AcceptTerminal; current: Current | null; seen?: Readonly<Record<string, number>> }>,
): Accepted<Policy> {
  const { document: policy, digest, signers } = openPolicy(input)
  checkAppliesTo(policy, input.terminal)
  if (input.current?.id === policy.id && input.current.digest === digest) {
    return { document: policy, digest, signers, outcome: 'already' }
  }
  const held = Math.max(
    input.current?.id === policy.id ? input.current.version : 0,
    input.seen !== undefined && Object.hasOwn(input.seen, policy.id) ? (input.seen[policy.id] ?? 0) : 0,
  )
  checkHigher('policy.version-not-higher', `policy ${policy.id}`, policy.version, held)
  checkPeriod(policy, input.now)
  return { document: policy, digest, signers, outcome: 'new' }
}

export type Opened<T> = Omit<Accepted<T>, 'outcome'>

/** Signatures and content alone, for whoever is no terminal. Throws `envelope.*`, `policy.invalid`. */
export function openPolicy(input: OpenInput): Opened<Policy> {
  const { payload, signers } = openEnvelope(input, 'policy')
  return { document: parsePolicyPayload(payload), digest: input.crypto.sha256(payload), signers }
}

/** The same for a grant, with applicant and approver told apart. Throws `envelope.*`, `grant.invalid`, `grant.same-person`. */
export function openGrant(input: OpenInput): Opened<Grant> {
  const { payload, signers } = openEnvelope(input, 'grant')
  const grant = parseGrantPayload(payload)
  checkPersons(grant, signers)
  return { document: grant, digest: input.crypto.sha256(payload), signers }
}

/** The payload of a policy envelope, parsed as strictly as its author's file. Throws `policy.invalid`. */
export function parsePolicyPayload(payload: Uint8Array): Policy {
  return parseJsonDocument(payload, policySchema, { code: 'policy.invalid', name: 'policy' })
}

/** Throws `grant.invalid`. */
export function parseGrantPayload(payload: Uint8Array): Grant {
  return parseJsonDocument(payload, grantSchema, { code: 'grant.invalid', name: 'grant' })
}

/**
 * The gate for a grant. `current` is the version of the same id that is held, if any: a later version replaces it, and
 * may lie wholly in the past to end it. Throws `policy.too-large`, `policy.unreadable`, `envelope.*`, `grant.invalid`,
 * `grant.same-person`, `grant.wrong-terminal`, `grant.version-not-higher`, `grant.expired`.
 */
export function acceptGrant(
  input: AcceptInput & Readonly<{ terminal: AcceptTerminal; current: Current | null }>,
): Accepted<Grant> {
  const { document: grant, digest, signers } = openGrant(input)
  const held = input.current?.id === grant.id ? input.current : null
  if (held?.digest === digest) return { document: grant, digest, signers, outcome: 'already' }
  checkGrantPlace(grant, input.terminal, held)
  checkHigher('grant.version-not-higher', `grant ${grant.id}`, grant.version, held?.version ?? 0)
  checkGrantPeriod(grant, held, input.now)
  return { document: grant, digest, signers, outcome: 'new' }
}

function openEnvelope({ incoming, root, crypto }: OpenInput, kind: 'policy' | 'grant'): Verified {
  return verifyEnvelope({ envelope: envelopeOf(incoming), payloadType: payloadTypes[kind], root, kind, crypto })
}

function checkAppliesTo({ id, appliesTo }: Policy, terminal: AcceptTerminal): void {
  const { zones, groups, terminals } = appliesTo
  if (!zones.includes(terminal.zone)) throw wrongTerminal(`policy ${id}`, 'zone', zones, terminal.zone)
  if (groups.length > 0 && !groups.includes(terminal.group)) {
    throw wrongTerminal(`policy ${id}`, 'group', groups, terminal.group)
  }
  if (terminals.length > 0 && !terminals.includes(terminal.id)) {
    throw wrongTerminal(`policy ${id}`, 'terminal', terminals, terminal.id)
  }
}

function wrongTerminal(name: string, what: string, wanted: readonly string[], came: string): TanmoriError {
  const listed =
    wanted.length > 8 ? `${wanted.slice(0, 8).join(', ')} and ${wanted.length - 8} more` : wanted.join(', ')
  const code = name.startsWith('grant') ? 'grant.wrong-terminal' : 'policy.wrong-terminal'
  return new TanmoriError(code, `${name}: applies to ${what} ${listed}, this terminal is ${came}`, {
    details: { what, wanted, came },
  })
}

function checkHigher(code: ErrorCode, name: string, came: number, held: number): void {
  if (came > held) return
  throw new TanmoriError(code, `${name}: wanted a version above ${held}, came ${came}`, {
    details: { wanted: held + 1, came },
  })
}

/** Expiry refuses only what is new: a policy in force keeps enforcing after its end, and raises a finding. */
function checkPeriod({ id, validFrom, expires }: Policy, now: Date): void {
  const period = { wanted: { validFrom, expires }, came: now.toISOString() }
  if (now.getTime() < Date.parse(validFrom)) {
    throw new TanmoriError('policy.not-yet-valid', `policy ${id}: holds from ${validFrom}, now is ${period.came}`, {
      details: period,
    })
  }
  if (now.getTime() < Date.parse(expires)) return
  throw new TanmoriError('policy.expired', `policy ${id}: expired at ${expires}, now is ${period.came}`, {
    details: period,
  })
}

/** By the names in the document and by the holders in the root: neither alone is enough. */
function checkPersons(grant: Grant, signers: readonly Signer[]): void {
  const approvers = signers.filter(({ role }) => role === 'approver').map(({ holder }) => holder)
  if ([grant.approver, ...approvers].some((person) => isSamePerson(person, grant.applicant))) {
    throw new TanmoriError(
      'grant.same-person',
      `grant ${grant.id}: ${grant.applicant} cannot approve their own application`,
      {
        details: { applicant: grant.applicant, approver: grant.approver, approvers },
      },
    )
  }
  if (approvers.some((person) => isSamePerson(person, grant.approver))) return
  throw new TanmoriError(
    'grant.invalid',
    `grant ${grant.id}: approver: wanted the holder of an approving signature (${approvers.join(', ')}), came ${grant.approver}`,
    { details: { wanted: approvers, came: grant.approver } },
  )
}

/** A later version that no longer names this terminal is accepted too: it takes the earlier one away. */
function checkGrantPlace(grant: Grant, terminal: AcceptTerminal, held: Current | null): void {
  if (held !== null) return
  const { zones, terminals } = grant
  if (zones.length > 0 && !zones.includes(terminal.zone)) {
    throw wrongTerminal(`grant ${grant.id}`, 'zone', zones, terminal.zone)
  }
  if (terminals.length > 0 && !terminals.includes(terminal.id)) {
    throw wrongTerminal(`grant ${grant.id}`, 'terminal', terminals, terminal.id)
  }
}

function checkGrantPeriod(grant: Grant, held: Current | null, now: Date): void {
  if (held !== null || now.getTime() < Date.parse(grant.until)) return
  throw new TanmoriError('grant.expired', `grant ${grant.id}: ended at ${grant.until}, now is ${now.toISOString()}`, {
    details: { wanted: grant.until, came: now.toISOString() },
  })
}

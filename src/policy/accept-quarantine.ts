import { TanmoriError } from '../errors.ts'
import type { Accepted, Opened } from './accept.ts'
import type { VerifyCrypto } from './crypto.ts'
import { payloadTypes, verifyEnvelope } from './envelope.ts'
import { envelopeOf, type Incoming } from './incoming.ts'
import { parseJsonDocument } from './json-document.ts'
import { type Quarantine, quarantineSchema } from './quarantine.ts'
import type { Policy } from './schema.ts'
import type { TrustRoot } from './trust-root.ts'

type OpenInput = Readonly<{ incoming: Incoming; root: TrustRoot; crypto: VerifyCrypto }>

/** What was accepted last under this id; `digest` is the SHA-256 of its payload's bytes. */
export type HeldQuarantine = Readonly<{ version: number; digest: string }>

/**
 * The gate for an order or a release, on the wire and from a file. `seen` holds what was accepted last per id: an old
 * release never comes back after a newer order, nor an old order after its release. Throws `policy.too-large`,
 * `policy.unreadable`, `envelope.*`, `quarantine.invalid`, `quarantine.wrong-terminal`,
 * `quarantine.version-not-higher`, `quarantine.expired`, `quarantine.off`.
 */
export function acceptQuarantine(
  input: OpenInput &
    Readonly<{
      now: Date
      terminal: Readonly<{ id: string }>
      seen: Readonly<Record<string, HeldQuarantine>>
      policy: Pick<Policy, 'id' | 'modes' | 'response'> | null
    }>,
): Accepted<Quarantine> {
  const { document, digest, signers } = openQuarantine(input)
  checkTerminal(document, input.terminal.id)
  const held = Object.hasOwn(input.seen, document.id) ? input.seen[document.id] : undefined
  if (held?.digest === digest) return { document, digest, signers, outcome: 'already' }
  checkHigher(document, held?.version ?? 0)
  checkUntil(document, input.now)
  if (document.action === 'isolate') checkPermitted(document, input.policy)
  return { document, digest, signers, outcome: 'new' }
}

/** Signatures and content alone, for whoever is no terminal. Throws `envelope.*`, `quarantine.invalid`. */
export function openQuarantine({ incoming, root, crypto }: OpenInput): Opened<Quarantine> {
  const { payload, signers } = verifyEnvelope({
    envelope: envelopeOf(incoming),
    payloadType: payloadTypes.quarantine,
    root,
    kind: 'quarantine',
    crypto,
  })
  return { document: parseQuarantinePayload(payload), digest: crypto.sha256(payload), signers }
}

/** Throws `quarantine.invalid`. */
export function parseQuarantinePayload(payload: Uint8Array): Quarantine {
  return parseJsonDocument(payload, quarantineSchema, { code: 'quarantine.invalid', name: 'quarantine' })
}

/** Why the policy forbids cutting this terminal off by a signed order, or null. A release is never forbidden. */
export function whyNotPermitted(policy: Pick<Policy, 'id' | 'modes' | 'response'> | null): string | null {
  if (policy === null) return null
  if (policy.response.quarantine === 'off') return `policy ${policy.id} says response.quarantine: off`
  if (policy.modes['net.quarantine'] === 'observe') return `policy ${policy.id} only observes net.quarantine`
  return null
}

function checkTerminal({ id, terminals }: Quarantine, came: string): void {
  if (terminals.includes(came)) return
  const listed = terminals.length > 8 ? `${terminals.slice(0, 8).join(', ')} and more` : terminals.join(', ')
  throw new TanmoriError('quarantine.wrong-terminal', `quarantine ${id}: is for ${listed}, this terminal is ${came}`, {
    details: { wanted: terminals, came },
  })
}

function checkHigher({ id, version }: Quarantine, held: number): void {
  if (version > held) return
  throw new TanmoriError(
    'quarantine.version-not-higher',
    `quarantine ${id}: wanted a version above ${held}, came ${version}`,
    { details: { wanted: held + 1, came: version } },
  )
}

function checkUntil({ id, until }: Quarantine, now: Date): void {
  if (until === undefined || now.getTime() < Date.parse(until)) return
  throw new TanmoriError(
    'quarantine.expired',
    `quarantine ${id}: was to be taken up by ${until}, now is ${now.toISOString()}`,
    {
      details: { wanted: until, came: now.toISOString() },
    },
  )
}

function checkPermitted({ id }: Quarantine, policy: Pick<Policy, 'id' | 'modes' | 'response'> | null): void {
  const why = whyNotPermitted(policy)
  if (why !== null) throw new TanmoriError('quarantine.off', `quarantine ${id}: not cut off: ${why}`)
}

import { TanmoriError } from '../errors.ts'
import { canonicalJson } from '../protocol/events.ts'
import type { Envelope } from '../protocol/messages.ts'
import type { Accepted } from './accept.ts'
import type { VerifyCrypto } from './crypto.ts'
import { payloadOf, payloadTypes, type Verified, verifyEnvelope } from './envelope.ts'
import { envelopeOf, type Incoming } from './incoming.ts'
import { parseTrustRoot, type TrustRoot } from './trust-root.ts'

/**
 * The gate for a new trust root: signed by enough holders of the root in force and by enough of its own. Throws
 * `root.invalid`, `root.not-accepted`, `envelope.*`.
 */
export function acceptRoot(
  input: Readonly<{ incoming: Incoming; current: TrustRoot; crypto: VerifyCrypto }>,
): Accepted<TrustRoot> {
  const { incoming, current, crypto } = input
  const envelope = envelopeOf(incoming)
  const { payload } = acceptedBy(envelope, current, crypto, 'the root in force')
  const root = parseTrustRoot(payload, crypto)
  const { signers } = acceptedBy(envelope, root, crypto, 'the new root itself')
  const digest = crypto.sha256(payload)
  if (canonicalJson(root) === canonicalJson(current)) return { document: root, digest, signers, outcome: 'already' }
  if (root.version <= current.version)
    throw notAccepted(`wanted a version above ${current.version}, came ${root.version}`)
  if (root.demonstration !== current.demonstration) {
    throw notAccepted('a demonstration root never follows a real one, nor a real one a demonstration root')
  }
  return { document: root, digest, signers, outcome: 'new' }
}

/** Keys that were made for a demonstration govern no real terminal. Throws `root.not-accepted`. */
export function checkDemonstration(root: TrustRoot, isTrial: boolean): void {
  if (!root.demonstration || isTrial) return
  throw notAccepted('a demonstration root is accepted only where the settings say `trial: true`')
}

/**
 * The first root of a terminal or a center: the one whose payload has the digest that the enrolment token or the
 * installer carries, signed by its own holders. Throws `root.invalid`, `root.not-accepted`, `envelope.*`.
 */
export function acceptFirstRoot(
  input: Readonly<{ incoming: Incoming; rootSha256: string; crypto: VerifyCrypto }>,
): Accepted<TrustRoot> {
  const accepted = openOwnRoot(input)
  if (accepted.digest === input.rootSha256) return accepted
  throw notAccepted(`wanted the root with SHA-256 ${input.rootSha256}, came ${accepted.digest}`)
}

/** A root that vouches for itself, and for nothing more: for the center's own files and for display. */
export function openOwnRoot(input: Readonly<{ incoming: Incoming; crypto: VerifyCrypto }>): Accepted<TrustRoot> {
  const envelope = envelopeOf(input.incoming)
  const root = parseTrustRoot(payloadOf(envelope), input.crypto)
  const { payload, signers } = acceptedBy(envelope, root, input.crypto, 'the root itself')
  return { document: root, digest: input.crypto.sha256(payload), signers, outcome: 'new' }
}

function acceptedBy(envelope: Envelope, root: TrustRoot, crypto: VerifyCrypto, who: string): Verified {
  try {
    return verifyEnvelope({ envelope, payloadType: payloadTypes.root, root, kind: 'root', crypto })
  } catch (cause) {
    if (!(cause instanceof TanmoriError) || cause.code !== 'envelope.threshold') throw cause
    throw notAccepted(`too few holders of ${who} signed it; ${cause.message}`, cause)
  }
}

function notAccepted(text: string, cause?: TanmoriError): TanmoriError {
  return new TanmoriError('root.not-accepted', `trust root: ${text}`, {
    ...(cause === undefined ? {} : { cause, details: cause.details }),
  })
}

import { TanmoriError } from '../errors.ts'
import { type Envelope, envelopeSchema } from '../protocol/messages.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import type { Sign, VerifyCrypto } from './crypto.ts'
import { parseJsonDocument } from './json-document.ts'
import { isSamePerson } from './person.ts'
import {
  type DocumentKind,
  fillRoles,
  type RootKey,
  requiredRoles,
  type SignerRole,
  type TrustRoot,
} from './trust-root.ts'

export const payloadTypes = {
  policy: 'application/vnd.tanmori.policy+json',
  grant: 'application/vnd.tanmori.grant+json',
  root: 'application/vnd.tanmori.root+json',
  quarantine: 'application/vnd.tanmori.quarantine+json',
} as const satisfies Record<DocumentKind, string>

/** Who signed and in which role they were counted. */
export type Signer = Readonly<{ keyId: string; holder: string; role: SignerRole }>

export type Verified = Readonly<{ payload: Uint8Array; signers: readonly Signer[] }>

/** An envelope without signatures yet: `addSignature` makes it one that its schema accepts. */
export function createEnvelope(kind: DocumentKind, payload: Uint8Array): Envelope {
  return { payloadType: payloadTypes[kind], payload: encodeBase64(payload), signatures: [] }
}

/** The envelope with one more signature; a key that signs again replaces its own. */
export function addSignature(envelope: Envelope, keyId: string, sign: Sign): Envelope {
  const signature = { keyid: keyId, sig: encodeBase64(sign(signedBytes(envelope.payloadType, payloadOf(envelope)))) }
  return { ...envelope, signatures: [...envelope.signatures.filter(({ keyid }) => keyid !== keyId), signature] }
}

/** Throws `policy.too-large`, `policy.unreadable` or `envelope.invalid`. */
export function parseEnvelope(bytes: Uint8Array, name = 'envelope'): Envelope {
  return parseJsonDocument(bytes, envelopeSchema, {
    code: 'envelope.invalid',
    unreadableCode: 'policy.unreadable',
    name,
  })
}

/**
 * The payload, once enough different holders signed exactly these bytes. Signatures of keys that the root does not
 * list are skipped (a rotation carries signatures of both roots), one of a listed key that is wrong refuses the whole.
 * Throws `envelope.invalid`, `envelope.bad-signature` or `envelope.threshold`.
 */
export function verifyEnvelope(
  input: Readonly<{
    envelope: Envelope
    payloadType: string
    root: TrustRoot
    kind: DocumentKind
    crypto: VerifyCrypto
  }>,
): Verified {
  const { envelope, payloadType, root, kind, crypto } = input
  if (envelope.payloadType !== payloadType) {
    throw new TanmoriError(
      'envelope.invalid',
      `envelope: wanted payloadType ${payloadType}, came ${envelope.payloadType}`,
      {
        details: { wanted: payloadType, came: envelope.payloadType },
      },
    )
  }
  const payload = payloadOf(envelope)
  const message = signedBytes(envelope.payloadType, payload)
  const keys = envelope.signatures.flatMap(({ keyid, sig }) => {
    const key = root.keys.find(({ keyId }) => keyId === keyid)
    if (key !== undefined) checkSignature(key, message, sig, crypto)
    return key === undefined ? [] : [key]
  })
  return { payload, signers: countSigners(keys, envelope, root, kind) }
}

/** DSSE v1 pre-authentication encoding: what a signature is made over, type and lengths included. */
export function signedBytes(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = new TextEncoder().encode(payloadType)
  const head = new TextEncoder().encode(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `)
  const bytes = new Uint8Array(head.length + payload.length)
  bytes.set(head)
  bytes.set(payload, head.length)
  return bytes
}

/** The payload's exact bytes. Throws `envelope.invalid` for a text that is not canonical base64. */
export function payloadOf(envelope: Envelope): Uint8Array {
  const payload = decodeBase64(envelope.payload)
  if (payload !== null) return payload
  throw new TanmoriError(
    'envelope.invalid',
    'envelope: payload: wanted standard base64 with padding, came another text',
  )
}

function checkSignature(key: RootKey, message: Uint8Array, sig: string, crypto: VerifyCrypto): void {
  const signature = decodeBase64(sig)
  if (signature !== null && crypto.verify(key.publicKey, message, signature)) return
  throw new TanmoriError(
    'envelope.bad-signature',
    `envelope: the signature of ${key.holder} does not fit these bytes`,
    {
      details: { keyId: key.keyId, holder: key.holder },
    },
  )
}

function countSigners(keys: readonly RootKey[], envelope: Envelope, root: TrustRoot, kind: DocumentKind): Signer[] {
  const roles: readonly SignerRole[] = requiredRoles[kind]
  const counted = keys.filter((key) => key.roles.some((role) => roles.includes(role)))
  const holders = differentHolders(counted)
  const filled = fillRoles(counted, roles)
  if (filled === null || holders.length < root.thresholds[kind]) throw thresholdError(holders, envelope, root, kind)
  const named = filled.map(({ key, role }) => ({ keyId: key.keyId, holder: key.holder, role }))
  const rest = holders
    .filter((holder) => !named.some((signer) => isSamePerson(signer.holder, holder)))
    .flatMap((holder) => counted.find((key) => key.holder === holder) ?? [])
    .map((key) => ({
      keyId: key.keyId,
      holder: key.holder,
      role: roles.find((role) => key.roles.includes(role)) ?? 'author',
    }))
  return [...named, ...rest]
}

/** One person with two keys counts once. */
function differentHolders(keys: readonly RootKey[]): string[] {
  const holders = keys.map((key) => key.holder)
  return holders.filter((holder, index) => holders.findIndex((other) => isSamePerson(other, holder)) === index)
}

function thresholdError(
  holders: readonly string[],
  envelope: Envelope,
  root: TrustRoot,
  kind: DocumentKind,
): TanmoriError {
  const known = new Set(root.keys.map(({ keyId }) => keyId))
  const unknownKeys = envelope.signatures.map(({ keyid }) => keyid).filter((keyid) => !known.has(keyid))
  const wanted = `${root.thresholds[kind]} different holders with the roles ${requiredRoles[kind].join(' and ')}`
  const came = holders.length === 0 ? 'none that counts' : holders.join(', ')
  const unknown =
    unknownKeys.length === 0 ? '' : `; unknown keys: ${unknownKeys.map((key) => key.slice(0, 16)).join(', ')}`
  return new TanmoriError(
    'envelope.threshold',
    `envelope: a ${kind} wants signatures of ${wanted}, came ${came}${unknown}`,
    {
      details: { kind, wanted: root.thresholds[kind], holders, unknownKeys },
    },
  )
}

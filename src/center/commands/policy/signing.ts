import { createCrypto, openSignerKey, type SignerKey } from '../../../crypto.ts'
import { TanmoriError } from '../../../errors.ts'
import { type Opened, openGrant, openPolicy, parseGrantPayload, parsePolicyPayload } from '../../../policy/accept.ts'
import { openOwnRoot } from '../../../policy/accept-root.ts'
import { payloadOf, payloadTypes } from '../../../policy/envelope.ts'
import { isSamePerson } from '../../../policy/person.ts'
import { summarizeGrant, summarizePolicy, summarizeRoot } from '../../../policy/summarize.ts'
import {
  type DocumentKind,
  documentKinds,
  parseTrustRoot,
  type RootKey,
  requiredRoles,
  type SignerRole,
  type TrustRoot,
} from '../../../policy/trust-root.ts'
import type { Envelope } from '../../../protocol/messages.ts'
import { type CommandIo, readInput, readInputText, writeOutput } from '../command-io.ts'

export const crypto = createCrypto()

/** Kinds of documents that are signed by one person after the other; a quarantine order is signed as it is made. */
export type SignedKind = Exclude<DocumentKind, 'quarantine'>
export type KeyArgs = Readonly<{ key: string; passphraseFile: string }>

/** Reads an encrypted key file and its passphrase (one line; `-` for standard input). Throws `usage`, `key.invalid`. */
export async function readKey(io: CommandIo, { key, passphraseFile }: KeyArgs): Promise<SignerKey> {
  return openSignerKey(await readInputText(io, key), await readPassphrase(io, passphraseFile))
}

export async function readPassphrase(io: CommandIo, file: string): Promise<string> {
  return (await readInputText(io, file)).replace(/\r?\n$/, '')
}

/** The trust root in a file, which vouches for itself: the file's keeper answers for which one it is. */
export async function readRoot(io: CommandIo, file: string): Promise<TrustRoot> {
  return openOwnRoot({ incoming: await readInput(io, file), crypto }).document
}

/** The key's entry in the root, with a role that counts for this kind. Throws `key.invalid`. */
export function findSigner(root: TrustRoot, key: SignerKey, kind: 'policy' | 'grant' | 'quarantine'): RootKey {
  const entry = root.keys.find(({ keyId }) => keyId === key.keyId)
  const roles: readonly SignerRole[] = requiredRoles[kind]
  if (entry?.roles.some((role) => roles.includes(role))) return entry
  const came = entry === undefined ? 'a key that is not in it' : `${entry.holder} with ${entry.roles.join(', ')}`
  throw new TanmoriError(
    'key.invalid',
    `key: wanted one that the trust root gives ${roles.join(' or ')}, came ${came}`,
    {
      details: { keyId: key.keyId },
    },
  )
}

/** Refuses a holder who has signed already, with whichever key: four eyes, not four keys. Throws `envelope.threshold`. */
export function checkNewHolder(envelope: Envelope, root: TrustRoot, signer: RootKey): void {
  const earlier = envelope.signatures.flatMap(({ keyid }) => root.keys.find(({ keyId }) => keyId === keyid) ?? [])
  if (!earlier.some(({ holder }) => isSamePerson(holder, signer.holder))) return
  throw new TanmoriError(
    'envelope.threshold',
    `${signer.holder} has signed this already: wanted a signature of another person`,
    {
      details: { holder: signer.holder },
    },
  )
}

/** Throws `envelope.invalid` for any other kind. */
export function kindOf(envelope: Envelope): SignedKind {
  const kind = documentKinds.find((name) => payloadTypes[name] === envelope.payloadType)
  if (kind !== undefined && kind !== 'quarantine') return kind
  throw new TanmoriError(
    'envelope.invalid',
    `envelope: wanted a policy, a grant or a root, came ${envelope.payloadType}`,
  )
}

/** The content as parsed, and as lines for the person who signs; no signature is looked at. */
export function describeContent(
  envelope: Envelope,
  lang: 'ja' | 'en',
): Readonly<{ document: unknown; lines: string[] }> {
  const payload = payloadOf(envelope)
  const kind = kindOf(envelope)
  switch (kind) {
    case 'policy': {
      const document = parsePolicyPayload(payload)
      return { document, lines: summarizePolicy(document, lang) }
    }
    case 'grant': {
      const document = parseGrantPayload(payload)
      return { document, lines: summarizeGrant(document, lang) }
    }
    case 'root': {
      const document = parseTrustRoot(payload, crypto)
      return { document, lines: summarizeRoot(document, lang) }
    }
    default:
      return kind satisfies never
  }
}

/** The whole verification that a terminal will make of the signatures. */
export function openSigned(kind: 'policy' | 'grant', incoming: Envelope, root: TrustRoot): Opened<unknown> {
  return kind === 'policy' ? openPolicy({ incoming, root, crypto }) : openGrant({ incoming, root, crypto })
}

export async function writeEnvelope(io: CommandIo, path: string, envelope: Envelope): Promise<void> {
  await writeOutput(io, path, `${JSON.stringify(envelope, null, 2)}\n`, { mode: 0o644 })
}

export function digestOf(envelope: Envelope): string {
  return crypto.sha256(payloadOf(envelope))
}

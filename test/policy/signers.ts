import { createCrypto, createSignerKey, type SignerKey } from '../../src/crypto.ts'
import { addSignature, createEnvelope } from '../../src/policy/envelope.ts'
import { type DocumentKind, type SignerRole, type TrustRoot, trustRootSchema } from '../../src/policy/trust-root.ts'
import type { Envelope } from '../../src/protocol/messages.ts'

export const crypto = createCrypto()

/** Real keys, made once per run. */
export const author = createSignerKey('a passphrase for tests')
export const approver = createSignerKey('a passphrase for tests')
export const secondOfAuthor = createSignerKey('a passphrase for tests')
export const third = createSignerKey('a passphrase for tests')
export const stranger = createSignerKey('a passphrase for tests')

export function keyOf(key: SignerKey, holder: string, roles: readonly SignerRole[]) {
  return { keyId: key.keyId, publicKey: key.publicKey, holder, roles }
}

export function rootOf(changes: Record<string, unknown> = {}): TrustRoot {
  return trustRootSchema.parse({
    schema: 'tanmori.root/1',
    version: 1,
    keys: [
      keyOf(author, '佐藤', ['author', 'approver']),
      keyOf(approver, '鈴木', ['author', 'approver']),
      keyOf(secondOfAuthor, '佐藤', ['author', 'approver']),
    ],
    ...changes,
  })
}

export function signed(kind: DocumentKind, document: unknown, ...keys: readonly SignerKey[]): Envelope {
  const payload = new TextEncoder().encode(JSON.stringify(document))
  return keys.reduce((envelope, key) => addSignature(envelope, key.keyId, key.sign), createEnvelope(kind, payload))
}

export function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

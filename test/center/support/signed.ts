import { createHash, generateKeyPairSync, sign as signBytes } from 'node:crypto'
import type { SignerKey } from '../../../src/crypto.ts'
import { addSignature, createEnvelope } from '../../../src/policy/envelope.ts'
import { policySchema } from '../../../src/policy/schema.ts'
import type { Envelope } from '../../../src/protocol/messages.ts'

export type Signers = Readonly<{ author: SignerKey; approver: SignerKey }>

export function createSigners(): Signers {
  return { author: createSigner(), approver: createSigner() }
}

function createSigner(): SignerKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  return {
    keyId: createHash('sha256').update(spki).digest('hex'),
    publicKey: spki.toString('base64'),
    sign: (bytes) => new Uint8Array(signBytes(null, bytes, privateKey)),
  }
}

export function signRoot(signers: Signers, by: readonly Signers[] = [signers], version = 1): Envelope {
  const keys = [
    { ...publicOf(signers.author), holder: '山田 花子', roles: ['author'] },
    { ...publicOf(signers.approver), holder: '佐藤 次郎', roles: ['approver'] },
  ]
  const content = { schema: 'tanmori.root/1', version, demonstration: false, keys, thresholds: {} }
  return by.reduce(sign, createEnvelope('root', encode(content)))
}

export function signPolicy(signers: Signers, change: Readonly<Record<string, unknown>> = {}): Envelope {
  const policy = policySchema.parse({
    schema: 'tanmori.policy/1',
    id: 'town-mynumber',
    title: { ja: '試験', en: 'trial' },
    version: 1,
    validFrom: '2020-01-01T00:00:00Z',
    expires: '2100-03-31T23:59:59+09:00',
    appliesTo: { zones: ['mynumber'] },
    mode: 'enforce',
    ...change,
  })
  return sign(createEnvelope('policy', encode(policy)), signers)
}

export function signGrant(signers: Signers, change: Readonly<Record<string, unknown>> = {}): Envelope {
  const grant = {
    schema: 'tanmori.grant/1',
    id: 'G-1',
    version: 1,
    subject: { kind: 'medium', label: '貸出USB', match: { serial: 'ABC123' } },
    access: 'read-only',
    zones: ['mynumber'],
    terminals: [],
    users: [],
    validFrom: '2020-01-01T00:00:00Z',
    until: '2100-03-31T23:59:59+09:00',
    reason: 'test',
    applicant: '鈴木 一郎',
    approver: '佐藤 次郎',
    ...change,
  }
  return sign(createEnvelope('grant', encode(grant)), signers)
}

function sign(envelope: Envelope, { author, approver }: Signers): Envelope {
  return addSignature(addSignature(envelope, author.keyId, author.sign), approver.keyId, approver.sign)
}

function publicOf({ keyId, publicKey }: SignerKey) {
  return { keyId, publicKey }
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

import { createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { decodeBase64, encodeBase64 } from '../../src/policy/base64.ts'
import { addSignature, createEnvelope, signedBytes } from '../../src/policy/envelope.ts'
import { author, bytesOf } from './signers.ts'

describe('envelope', () => {
  it('encodes what is signed as DSSE v1 says (the example of its specification)', () => {
    const bytes = signedBytes('http://example.com/HelloWorld', new TextEncoder().encode('hello world'))
    expect(new TextDecoder().decode(bytes)).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world')
  })

  it('counts bytes, not characters', () => {
    const bytes = signedBytes('t', new TextEncoder().encode('端守'))
    expect(new TextDecoder().decode(bytes)).toBe('DSSEv1 1 t 6 端守')
  })

  it('carries a signature that any Ed25519 implementation verifies', () => {
    const payload = bytesOf({ a: 1 })
    const envelope = addSignature(createEnvelope('policy', payload), author.keyId, author.sign)
    const key = createPublicKey({ key: Buffer.from(author.publicKey, 'base64'), format: 'der', type: 'spki' })
    const signature = Buffer.from(envelope.signatures[0]?.sig ?? '', 'base64')
    expect(verify(null, signedBytes(envelope.payloadType, payload), key, signature)).toBe(true)
  })

  it('replaces the signature of a key that signs again', () => {
    const once = addSignature(createEnvelope('policy', bytesOf({})), author.keyId, author.sign)
    expect(addSignature(once, author.keyId, author.sign)).toEqual(once)
  })
})

describe('base64', () => {
  it('returns the same bytes, however many', () => {
    for (const length of [0, 1, 2, 3, 8191, 8192, 8193, 70_000]) {
      const bytes = Uint8Array.from({ length }, (_, index) => index % 256)
      expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes)
    }
  })

  it.each(['YQ', 'YQ=', 'YR==', 'Y Q==', 'YQ==\n', '-_8=', 'YQ==YQ=='])('takes no second spelling: %j', (text) => {
    expect(decodeBase64(text)).toBeNull()
  })
})

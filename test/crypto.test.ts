import { describe, expect, it } from 'vitest'
import { createCrypto, createSignerKey, openSignerKey } from '../src/crypto.ts'

const passphrase = '合言葉は十二文字より長いこと'
const key = createSignerKey(passphrase)

describe('signer keys', () => {
  it('opens with its passphrase and signs as the same key', () => {
    const opened = openSignerKey(key.encryptedPem, passphrase)
    const bytes = new TextEncoder().encode('a document')
    expect(opened.keyId).toBe(key.keyId)
    expect(createCrypto().verify(key.publicKey, bytes, opened.sign(bytes))).toBe(true)
  })

  it('refuses a wrong passphrase', () => {
    expect(() => openSignerKey(key.encryptedPem, `${passphrase}!`)).toThrow(
      expect.objectContaining({ code: 'key.invalid', message: expect.stringContaining('passphrase is wrong') }),
    )
  })

  it('refuses a passphrase that is short', () => {
    expect(() => createSignerKey('short')).toThrow(/at least 12 characters, came 5/)
  })

  it('refuses a file that is no key', () => {
    expect(() => openSignerKey('hello', passphrase)).toThrow(expect.objectContaining({ code: 'key.invalid' }))
  })

  it('verifies nothing with a key or a signature that is malformed', () => {
    const { verify } = createCrypto()
    expect(verify('bm90IGEga2V5', new Uint8Array(1), new Uint8Array(64))).toBe(false)
    expect(verify(key.publicKey, new Uint8Array(1), new Uint8Array(3))).toBe(false)
  })
})

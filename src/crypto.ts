import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  scryptSync,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto'
import { TanmoriError } from './errors.ts'
import type { Sign, VerifyCrypto } from './policy/crypto.ts'

/** The primitives of `src/policy` on this machine. */
export function createCrypto(): VerifyCrypto {
  return {
    verify: verifyEd25519,
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  }
}

/** A signer's key pair. `publicKey`: SubjectPublicKeyInfo, DER, base64; `keyId`: its SHA-256, hexadecimal. */
export type SignerKey = Readonly<{ keyId: string; publicKey: string; sign: Sign }>

/**
 * A new Ed25519 key. The private key leaves this function only encrypted: PKCS #8 (AES-256-CBC) under a key stretched
 * from the passphrase by scrypt, since PKCS #8 itself stretches by 2048 rounds of PBKDF2 and no more. The salt stands
 * in a line above the PEM.
 */
export function createSignerKey(passphrase: string): SignerKey & Readonly<{ encryptedPem: string }> {
  if (passphrase.length < minPassphraseLength) {
    throw new TanmoriError(
      'key.invalid',
      `passphrase: wanted at least ${minPassphraseLength} characters, came ${passphrase.length}`,
    )
  }
  const { privateKey } = generateKeyPairSync('ed25519')
  const salt = randomBytes(16)
  const pem = privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: stretch(passphrase, salt),
  })
  return { ...signerOf(privateKey), encryptedPem: `${saltPrefix}${salt.toString('hex')}\n${pem}` }
}

export const minPassphraseLength = 12
const saltPrefix = 'tanmori-scrypt-salt: '

/** Opens an encrypted key file. Throws `key.invalid` for a wrong passphrase and for any other kind of file or key. */
export function openSignerKey(text: string, passphrase: string): SignerKey {
  const salt = /^tanmori-scrypt-salt: ([0-9a-f]{32})\r?\n/.exec(text)?.[1]
  if (salt === undefined || !text.includes('-----BEGIN ENCRYPTED PRIVATE KEY-----')) {
    throw new TanmoriError('key.invalid', 'key: wanted a key file of `policy key`, came another text')
  }
  const privateKey = readPrivateKey(text, stretch(passphrase, Buffer.from(salt, 'hex')))
  if (privateKey.asymmetricKeyType === 'ed25519') return signerOf(privateKey)
  throw new TanmoriError('key.invalid', `key: wanted an Ed25519 key, came ${privateKey.asymmetricKeyType}`)
}

/** 128 MiB and a good part of a second, once per signature: what a guesser pays for each guess. */
function stretch(passphrase: string, salt: Uint8Array): string {
  const cost = { N: 131_072, r: 8, p: 1, maxmem: 160 * 1024 * 1024 }
  return scryptSync(passphrase.normalize('NFKC'), salt, 32, cost).toString('hex')
}

function readPrivateKey(pem: string, passphrase: string): KeyObject {
  try {
    return createPrivateKey({ key: pem, format: 'pem', passphrase })
  } catch (cause) {
    throw new TanmoriError('key.invalid', 'key: the passphrase is wrong, or the file is damaged', { cause })
  }
}

function signerOf(privateKey: KeyObject): SignerKey {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return {
    keyId: createHash('sha256').update(spki).digest('hex'),
    publicKey: spki.toString('base64'),
    sign: (bytes) => new Uint8Array(signBytes(null, bytes, privateKey)),
  }
}

function verifyEd25519(publicKeySpkiBase64: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKeySpkiBase64, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ed25519' && verifyBytes(null, bytes, key, signature)
  } catch {
    // A public key that cannot be read verifies nothing.
    return false
  }
}

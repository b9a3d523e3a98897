import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto'
import { signedBytes } from './policy/envelope.ts'
import type { SignedType, TerminalSignature } from './protocol/terminal-signature.ts'

/** A terminal's key pair with the papers that its center gave it; both null for a key that nobody vouches for. */
export type TerminalKey = Readonly<{ privateKey: string; certificate: string | null; ca: string | null }>

/** Signs content by its SHA-256. Throws what node:crypto throws for a key that is none. */
export function signContent(key: TerminalKey, payloadType: SignedType, sha256: string): TerminalSignature {
  const privateKey = createPrivateKey(key.privateKey)
  const publicKey = spkiOf(createPublicKey(privateKey))
  const sig = sign('sha256', signatureMessage(payloadType, sha256), privateKey).toString('base64')
  return {
    schema: 'tanmori.signature/1',
    payloadType,
    sha256,
    keyId: digestOf(publicKey),
    publicKey: publicKey.toString('base64'),
    sig,
    certificate: key.certificate,
    ca: key.ca,
  }
}

/** The id of a private key in PEM: the SHA-256 of its public half. */
export function keyIdOf(privateKey: string): string {
  return digestOf(spkiOf(createPublicKey(createPrivateKey(privateKey))))
}

/**
 * `content`: the bytes are not those that were signed. `key`: the key is not the one it says it is. `signature`: it was
 * not made with that key.
 */
export type SignatureFault = 'type' | 'content' | 'key' | 'signature'

/** Null where the signature fits content, type and key. Says nothing of whose key it is: `judgeKey` does. */
export function findSignatureFault(
  signature: TerminalSignature,
  wanted: Readonly<{ payloadType: SignedType; sha256: string }>,
): SignatureFault | null {
  if (signature.payloadType !== wanted.payloadType) return 'type'
  if (signature.sha256 !== wanted.sha256) return 'content'
  const spki = decodeExactly(signature.publicKey)
  const sig = decodeExactly(signature.sig)
  if (spki === null || digestOf(spki) !== signature.keyId) return 'key'
  if (sig === null) return 'signature'
  const publicKey = readPublicKey(spki)
  if (publicKey === null) return 'key'
  const message = signatureMessage(wanted.payloadType, wanted.sha256)
  return verify('sha256', message, publicKey, sig) ? null : 'signature'
}

/** What a signature's certificate says; null where there is none, or it is not for this key and of this CA. */
export type Certified = Readonly<{ terminalId: string; caSha256: string; validFrom: string; validTo: string }>

export function readCertified({ certificate, ca, publicKey }: TerminalSignature): Certified | null {
  if (certificate === null || ca === null) return null
  try {
    const own = new X509Certificate(certificate)
    const issuer = new X509Certificate(ca)
    const isOfThisKey = spkiOf(own.publicKey).toString('base64') === publicKey
    if (!isOfThisKey || !issuer.ca || !own.verify(issuer.publicKey)) return null
    return {
      terminalId: /^CN=(.*)$/m.exec(own.subject)?.[1] ?? '',
      caSha256: digestOf(issuer.raw),
      validFrom: own.validFromDate.toISOString(),
      validTo: own.validToDate.toISOString(),
    }
  } catch {
    // A certificate that cannot be read vouches for nothing.
    return null
  }
}

/** SHA-256 of a certificate's DER, as enrolment tokens carry it. Throws what node:crypto throws. */
export function certificateDigest(pem: string): string {
  return digestOf(new X509Certificate(pem).raw)
}

/** The content stands in it by its digest, so that a large file is signed and checked as it streams by. */
function signatureMessage(payloadType: SignedType, contentSha256: string): Uint8Array {
  return signedBytes(payloadType, new TextEncoder().encode(contentSha256))
}

function readPublicKey(spki: Buffer): KeyObject | null {
  try {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : null
  } catch {
    // Bytes that are no key verify nothing.
    return null
  }
}

/** Null where the text is not the one way to write these bytes: a signature has no letter that could be changed. */
function decodeExactly(base64: string): Buffer | null {
  const bytes = Buffer.from(base64, 'base64')
  return bytes.toString('base64') === base64 ? bytes : null
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' })
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

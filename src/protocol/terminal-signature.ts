import { z } from 'zod'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256, 64 lower-case hexadecimal digits')

/** What a terminal signs, by the kind of its content. */
export const signedTypes = {
  json: 'application/vnd.tanmori.report+json',
  html: 'application/vnd.tanmori.report+html',
  csv: 'application/vnd.tanmori.report+csv',
  bundle: 'application/vnd.tanmori.bundle+jsonl',
  proof: 'application/vnd.tanmori.proof+json',
} as const

/** A terminal's signature of exact bytes, with all that is needed to check it without a network. */
export const terminalSignatureSchema = z.strictObject({
  schema: z.literal('tanmori.signature/1'),
  payloadType: z.enum([signedTypes.json, signedTypes.html, signedTypes.csv, signedTypes.bundle, signedTypes.proof]),
  /** Of the content's exact bytes. */
  sha256,
  /** SHA-256 of `publicKey`'s bytes: what the center knows the terminal's key by. */
  keyId: sha256,
  /** SubjectPublicKeyInfo, DER, base64; ECDSA P-256. */
  publicKey: z.base64().max(256),
  /** ECDSA with SHA-256 over the DSSE encoding of the type and of `sha256` as text, DER, base64. */
  sig: z.base64().max(256),
  /** PEM, from the enrolment; null where the key was made on the terminal and no center vouches for it. */
  certificate: z.string().max(16_384).nullable(),
  /** PEM: the center's CA. It vouches only for whoever knows its fingerprint from elsewhere. */
  ca: z.string().max(16_384).nullable(),
})
export type TerminalSignature = z.infer<typeof terminalSignatureSchema>
export type SignedType = TerminalSignature['payloadType']

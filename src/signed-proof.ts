import { createHash } from 'node:crypto'
import { canonicalJson } from './protocol/events.ts'
import type { Proof, SignedProof } from './protocol/proof.ts'
import { proofLimits, signedProofSchema } from './protocol/proof.ts'
import { signedTypes } from './protocol/terminal-signature.ts'
import { findSignatureFault, type SignatureFault, signContent, type TerminalKey } from './terminal-key.ts'

/** The proof with the terminal's signature over its canonical bytes. */
export function signProof(proof: Proof, key: TerminalKey): SignedProof {
  return { proof, signature: signContent(key, signedTypes.proof, proofDigest(proof)) }
}

/** What a proof is known by on both sides: the SHA-256 of its canonical bytes, which is what was signed. */
export function proofDigest(proof: Proof): string {
  return createHash('sha256').update(canonicalJson(proof)).digest('hex')
}

/** The one way that a signed proof may be written down. */
export function formatSignedProof(signed: SignedProof): string {
  return `${canonicalJson(signed)}\n`
}

/** Null where the text is no signed proof, too large, or not written as it was signed. */
export function parseSignedProof(text: string): SignedProof | null {
  if (Buffer.byteLength(text) > proofLimits.maxBytes) return null
  const parsed = signedProofSchema.safeParse(parseJson(text))
  return parsed.success && formatSignedProof(parsed.data) === text ? parsed.data : null
}

/**
 * `other-key`: the signature holds, but the proof names another key than the one that signed it.
 * Null where the proof is as the key in its signature signed it; whose key that is, the caller judges.
 */
export function findProofFault({ proof, signature }: SignedProof): SignatureFault | 'other-key' | null {
  const fault = findSignatureFault(signature, { payloadType: signedTypes.proof, sha256: proofDigest(proof) })
  if (fault !== null) return fault
  return proof.key.keyId === signature.keyId ? null : 'other-key'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no schema takes it
  }
}

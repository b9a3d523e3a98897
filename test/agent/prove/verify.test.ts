import { describe, expect, it } from 'vitest'
import { verifyProof } from '../../../agent/prove/verify.ts'
import { keyIdOf } from '../../../src/terminal-key.ts'
import { localKey, makeItem, makeKey, makeProof, makeSignedProof } from '../../proofs.ts'

const signed = makeSignedProof(makeProof(), localKey)
const nobody = { ownKeys: [], caSha256s: [], keyIds: [], version: '0.1.0' }
const other = makeSignedProof(makeProof(), makeKey())

describe('a proof in a file', () => {
  it.each([
    ['as it was signed, by a key that somebody named', signed, { keyIds: [keyIdOf(localKey)] }, [], 'named'],
    ["as it was signed, by this terminal's key", signed, { ownKeys: [keyIdOf(localKey)] }, [], 'this-terminal'],
    ['as it was signed, by nobody knows whom', signed, {}, [], 'unknown'],
    [
      'with another outcome in it',
      { ...signed, proof: makeProof({ items: [makeItem({ outcome: 'disproven' })] }) },
      {},
      ['altered'],
      'unknown',
    ],
    ['with the signature of another', { ...signed, signature: other.signature }, {}, ['altered'], 'unknown'],
    [
      'with a signature that is none',
      { ...signed, signature: { ...signed.signature, sig: other.signature.sig } },
      {},
      ['signature'],
      'unknown',
    ],
  ] as const)('%s', (_row, file, known, faults, standing) => {
    const check = verifyProof(file, { ...nobody, ...known })
    expect({ faults: check.faults, standing: check.standing }).toEqual({ faults, standing })
  })
})

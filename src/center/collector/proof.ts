import type { SignedProof } from '../../protocol/proof.ts'
import { findProofFault, proofDigest } from '../../signed-proof.ts'
import type { TerminalRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'

/** `refused` null: it is committed, or was held already. A proof that is refused will never be taken: it is not asked for again. */
export type TakenProof = Readonly<{ sha256: string; refused: string | null }>

/**
 * Keeps a proof that the terminal's enrolled key signed, however it came: by the uplink or in a file.
 * @throws TanmoriError `store.unavailable`
 */
export async function takeProof(
  store: Store,
  terminal: TerminalRecord,
  signed: SignedProof,
  receivedAt: string,
): Promise<TakenProof> {
  const sha256 = proofDigest(signed.proof)
  const refused = judgeProof(terminal, signed)
  if (refused === null) await store.proofs.put({ terminalId: terminal.id, sha256, signed, receivedAt })
  return { sha256, refused }
}

/** Why this is no proof of this terminal; null where it is one. */
export function judgeProof(terminal: Pick<TerminalRecord, 'id' | 'keySha256'>, signed: SignedProof): string | null {
  const fault = findProofFault(signed)
  if (fault !== null) return `wanted a proof as its terminal signed it, came another (${fault})`
  if (signed.signature.keyId !== terminal.keySha256) {
    return `wanted the key that terminal ${terminal.id} was enrolled with, came ${signed.signature.keyId}`
  }
  const { id } = signed.proof.terminal
  return id === terminal.id ? null : `wanted a proof of terminal ${terminal.id}, came one of ${id}`
}

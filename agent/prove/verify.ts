import type { SignedProof } from '../../src/protocol/proof.ts'
import { findProofFault } from '../../src/signed-proof.ts'
import { type Certified, readCertified } from '../../src/terminal-key.ts'
import { judgeKey, type KeyStanding, type ReportFault, type Vouchers } from '../report/verify.ts'

export type ProofCheck = Readonly<{
  faults: readonly ReportFault[]
  certified: Certified | null
  standing: KeyStanding
}>

/** Whether a proof is as it was signed, and by whose key. Pure but for the cryptography. */
export function verifyProof(signed: SignedProof, vouchers: Vouchers): ProofCheck {
  const { proof, signature } = signed
  const certified = readCertified(signature)
  const fault = findProofFault(signed)
  const isOther = certified !== null && certified.terminalId !== proof.terminal.id
  return {
    faults: [
      ...(fault === null ? [] : [faultOf[fault]]),
      ...(isOther && fault !== 'other-key' ? (['other-terminal'] as const) : []),
    ],
    certified,
    standing: judgeKey(signature, certified, vouchers),
  }
}

const faultOf = {
  content: 'altered',
  type: 'signature',
  key: 'signature',
  signature: 'signature',
  'other-key': 'other-terminal',
} as const satisfies Record<NonNullable<ReturnType<typeof findProofFault>>, ReportFault>

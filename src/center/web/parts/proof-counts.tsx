import { type ProofOutcome, proofOutcomes } from '../../../protocol/proof.ts'
import { useTexts } from '../i18n/language.tsx'
import { Badge, proofLooks } from './badge.tsx'

/** How much was proven, disproven and not tried: each with its word. */
export function ProofCounts({ counts }: Readonly<{ counts: Readonly<Record<ProofOutcome, number>> }>) {
  const { proofs, format } = useTexts()
  return (
    <span className="state-line">
      {proofOutcomes.map((outcome) => (
        <Badge key={outcome} {...proofLooks[outcome]} tone={counts[outcome] === 0 ? 'quiet' : proofLooks[outcome].tone}>
          {proofs.outcomes[outcome]} {format.number(counts[outcome])}
        </Badge>
      ))}
    </span>
  )
}

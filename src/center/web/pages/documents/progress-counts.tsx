import type { DocumentRow } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { type Outcome, outcomeLooks } from '../../parts/badge.tsx'
import { Icon } from '../../parts/icon.tsx'

const outcomes = ['applied', 'waiting', 'refused', 'reverted'] as const satisfies readonly Outcome[]

/** How far a push has come, in numbers with their words; outcomes that nobody has are left out. */
export function ProgressCounts({ progress }: Readonly<{ progress: DocumentRow['progress'] }>) {
  const { terms, format } = useTexts()
  const present = outcomes.filter((outcome) => progress[outcome] > 0)
  if (present.length === 0) return <span className="zero">0</span>
  return (
    <span className="progress-counts">
      {present.map((outcome) => (
        <span key={outcome} className={`head-icon text-${outcomeLooks[outcome].tone}`}>
          <Icon name={outcomeLooks[outcome].icon} />
          {terms.outcomes[outcome]} {format.number(progress[outcome])}
        </span>
      ))}
    </span>
  )
}

import { presenceStates } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { StateBadge } from '../../parts/badge.tsx'

/** What each state says, and what it does not. */
export function StateLegend() {
  const { pages, terms } = useTexts()
  return (
    <details className="legend">
      <summary>{pages.overview.legend}</summary>
      <dl>
        {presenceStates.map((state) => (
          <div key={state}>
            <dt>
              <StateBadge state={state} />
            </dt>
            <dd>{terms.stateMeanings[state]}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

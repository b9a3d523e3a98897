import { type AnswerState, answerStates } from '../../../standards/coverage.ts'
import type { StateCounts } from '../../api/results-contract.ts'
import { useTexts } from '../i18n/language.tsx'
import { Link } from '../route/link.tsx'
import { answerLooks } from './badge.tsx'
import { Icon } from './icon.tsx'

/** The states in the order of their columns, good first as they are read. */
export const shownStates = ['pass', 'fail', 'unknown', 'stale', 'not-answered', 'planned'] as const

/** How a whole divides among the states: drawn beside the numbers, never instead of them. */
export function StateBar({ counts }: Readonly<{ counts: StateCounts }>) {
  const total = answerStates.reduce((sum, state) => sum + counts[state], 0)
  if (total === 0) return null
  let from = 0
  return (
    <svg className="state-bar" viewBox={`0 0 ${total} 1`} preserveAspectRatio="none" aria-hidden="true">
      {shownStates.map((state) => {
        const width = counts[state]
        const x = from
        from += width
        return width === 0 ? null : <rect key={state} className={`state-${state}`} x={x} width={width} height={1} />
      })}
    </svg>
  )
}

/** The head of a column of counts. */
export function StateHead({ state }: Readonly<{ state: AnswerState }>) {
  const { answerName } = useTexts()
  const look = answerLooks[state]
  return (
    <span className={`head-icon text-${look.tone}`}>
      <Icon name={look.icon} />
      {answerName(state)}
    </span>
  )
}

type StateCountProps = Readonly<{ counts: StateCounts; state: AnswerState; what: string; to: string }>

/** One count that leads to its terminals. */
export function StateCount({ counts, state, what, to }: StateCountProps) {
  const { answerName, format } = useTexts()
  if (counts[state] === 0) return <span className="zero">0</span>
  return (
    <Link to={to} className={`count text-${answerLooks[state].tone}`}>
      <span className="hidden">{`${what} ${answerName(state)} `}</span>
      {format.number(counts[state])}
    </Link>
  )
}

/** All counts that are not 0, in one line. */
export function StateLine({ counts }: Readonly<{ counts: StateCounts }>) {
  const { answerName, format } = useTexts()
  return (
    <span className="state-line">
      {shownStates.map((state) =>
        counts[state] === 0 ? null : (
          <span key={state} className={`head-icon text-${answerLooks[state].tone}`}>
            <Icon name={answerLooks[state].icon} />
            {answerName(state)} <strong>{format.number(counts[state])}</strong>
          </span>
        ),
      )}
    </span>
  )
}

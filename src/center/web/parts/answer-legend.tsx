import { answerWords } from '../../../standards/answer-words.ts'
import { useTexts } from '../i18n/language.tsx'
import { AnswerBadge } from './badge.tsx'
import { shownStates } from './state-counts.tsx'

/** What each state of a control says, and what it does not. */
export function AnswerLegend() {
  const { results, language } = useTexts()
  return (
    <details className="legend">
      <summary>{results.legend}</summary>
      <dl>
        {shownStates.map((state) => (
          <div key={state}>
            <dt>
              <AnswerBadge state={state} />
            </dt>
            <dd>{answerWords[state].meaning[language]}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}

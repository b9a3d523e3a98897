import type { ControlAnswer } from '../../api/results-contract.ts'
import { useTexts } from '../i18n/language.tsx'
import { AnswerText } from './answer-text.tsx'
import { AnswerBadge } from './badge.tsx'

/** The answers of a clause's controls, each with its reason. */
export function ControlAnswers({ answers }: Readonly<{ answers: readonly ControlAnswer[] }>) {
  const { language } = useTexts()
  return (
    <ul className="bare control-answers">
      {answers.map((answer) => (
        <li key={answer.control}>
          <AnswerBadge state={answer.state} />
          <div>
            <span className="strong">{answer.title[language]}</span>
            <AnswerText answer={answer} />
          </div>
        </li>
      ))}
    </ul>
  )
}

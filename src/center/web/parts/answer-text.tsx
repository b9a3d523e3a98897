import { resultLimits } from '../../../checks/result.ts'
import type { ControlAnswer } from '../../api/results-contract.ts'
import { useTexts } from '../i18n/language.tsx'

/** Named at once; the rest is a click away. */
const mostShown = 3

/** Why a control is as it is, and what is wrong, in the terminal's own words. */
export function AnswerText({ answer }: Readonly<{ answer: ControlAnswer }>) {
  const { results, language, format } = useTexts()
  const { result, state } = answer
  if (result === null)
    return <span className="hint line">{state === 'planned' ? results.planned : results.notAnswered}</span>
  const more = result.itemCount - result.items.length
  return (
    <div className="answer-text">
      <p className="breakable">{result.reason[language]}</p>
      <Items texts={result.items.slice(0, mostShown)} />
      {result.items.length > mostShown && (
        <details>
          <summary>{results.moreItems(format.number(result.itemCount - mostShown))}</summary>
          <Items texts={result.items.slice(mostShown)} />
          {more > 0 && result.items.length === resultLimits.maxItems && (
            <p className="hint">{results.moreItems(format.number(more))}</p>
          )}
        </details>
      )}
      {result.grantId !== undefined && <p className="hint breakable">{results.grant(result.grantId)}</p>}
    </div>
  )
}

function Items({ texts }: Readonly<{ texts: NonNullable<ControlAnswer['result']>['items'] }>) {
  const { language } = useTexts()
  if (texts.length === 0) return null
  return (
    <ul className="items">
      {texts.map(({ key, text }) => (
        <li key={key} className="breakable">
          {text[language]}
        </li>
      ))}
    </ul>
  )
}

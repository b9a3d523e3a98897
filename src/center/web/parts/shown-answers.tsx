import { useState } from 'react'
import type { AnswerState } from '../../../standards/coverage.ts'
import { useTexts } from '../i18n/language.tsx'
import { Select } from './select.tsx'
import { shownStates } from './state-counts.tsx'

const attention = 'attention'
const choices = [attention, ...shownStates] as const
type Choice = (typeof choices)[number] | ''
const needLook: readonly AnswerState[] = ['fail', 'unknown', 'stale']

export type ShownAnswers = Readonly<{
  choice: Choice
  isShown: (state: AnswerState) => boolean
  choose: (choice: Choice) => void
}>

/** Which answers of a terminal are listed: at first those that need a look. */
export function useShownAnswers(): ShownAnswers {
  const [choice, choose] = useState<Choice>(attention)
  const isShown = (state: AnswerState) =>
    choice === '' || (choice === attention ? needLook.includes(state) : state === choice)
  return { choice, isShown, choose }
}

export function ShownAnswersSelect({ choice, choose }: ShownAnswers) {
  const { pages, results, answerName } = useTexts()
  return (
    <Select
      label={results.terminal.show}
      value={choice}
      options={choices}
      word={(option) => (option === attention ? results.terminal.attentionOnly : answerName(option))}
      all={pages.common.all}
      onChange={choose}
    />
  )
}

/** Said where nothing is listed. */
export function useNothingShown(): (shown: ShownAnswers) => string {
  const { results } = useTexts()
  return ({ choice }) => (choice === attention ? results.terminal.allFine : results.emptyFiltered)
}

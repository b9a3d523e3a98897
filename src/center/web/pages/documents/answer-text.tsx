import { useTexts } from '../../i18n/language.tsx'
import { sentenceOf } from '../../parts/states.tsx'

/** What a terminal answered: a plain sentence, and the code and detail for those who repair. Nothing for `ok`. */
export function AnswerText({ code, detail }: Readonly<{ code: string; detail: string }>) {
  const { terms } = useTexts()
  if (code === 'ok' || code === '') return null
  const sentence = sentenceOf(code, terms)
  return (
    <>
      {sentence !== code && sentence}
      <span className="hint line breakable">
        <code>{code}</code> {detail}
      </span>
    </>
  )
}

import type { ReactNode } from 'react'
import { RequestError } from '../api/request.ts'
import type { KnownErrorCode } from '../i18n/contract-terms.ts'
import type { Terms } from '../i18n/dictionary.ts'
import { useTexts } from '../i18n/language.tsx'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

export function Loading() {
  const { pages } = useTexts()
  return (
    <p className="loading" role="status">
      {pages.common.loading}
    </p>
  )
}

/** Nothing to show, and what to do next. */
export function Empty({ title, children }: Readonly<{ title: string; children?: ReactNode }>) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  )
}

/** A page or list that could not be read, with a way to try again. */
export function ErrorState({ error, retry }: Readonly<{ error: Error | null; retry: () => void }>) {
  const { pages } = useTexts()
  // The dialog that asks to sign in again lies over the page, and the page loads when that is done.
  if (error instanceof RequestError && error.code === 'signed-out') return <Loading />
  return (
    <div className="notice notice-bad" role="alert">
      <Icon name="cross" />
      <div>
        <ErrorSentence error={error} />
        <Button onPress={retry}>{pages.common.retry}</Button>
      </div>
    </div>
  )
}

/** The page shows what it had: said, so that nobody takes it for new. */
export function StaleNote({ error }: Readonly<{ error: Error | null }>) {
  const { pages } = useTexts()
  if (error === null || (error instanceof RequestError && error.code === 'signed-out')) return null
  return (
    <div className="notice notice-warn" role="status">
      <Icon name="warn" />
      <div>
        <p>{pages.common.stillOld}</p>
        <ErrorSentence error={error} />
      </div>
    </div>
  )
}

type RefusalProps = Readonly<{
  error: Error
  waitSeconds?: number
  title?: string | undefined
  sentence?: string | undefined
}>

/** What the center refused, in a plain sentence, with its code for those who repair. */
export function Refusal({ error, waitSeconds = 0, title, sentence }: RefusalProps) {
  const { pages } = useTexts()
  return (
    <div className="notice notice-bad" role="alert">
      <Icon name="cross" />
      <div>
        {title !== undefined && <p className="notice-title">{title}</p>}
        {sentence === undefined ? <ErrorSentence error={error} /> : <p>{sentence}</p>}
        {waitSeconds > 0 && <p>{pages.common.waitSeconds(waitSeconds)}</p>}
      </div>
    </div>
  )
}

function ErrorSentence({ error }: Readonly<{ error: Error | null }>) {
  const { terms, pages } = useTexts()
  const code = error instanceof RequestError ? error.code : 'answer-unreadable'
  const detail = error instanceof RequestError ? error.detail : String(error)
  return (
    <>
      <p>{sentenceOf(code, terms)}</p>
      {/* Of these two the sentence says everything that the reader needs. */}
      {code !== 'sign-in' && code !== 'rate' && (
        <p className="hint">
          {pages.common.code} <code>{code}</code>
          {detail !== '' && <span className="breakable"> — {detail}</span>}
        </p>
      )}
    </>
  )
}

/** The sentence of an error code; the code itself where a newer center or agent sends one that is not known here. */
export function sentenceOf(code: string, terms: Terms): string {
  return isKnown(code, terms) ? terms.errors[code] : code
}

function isKnown(code: string, terms: Terms): code is KnownErrorCode {
  return Object.hasOwn(terms.errors, code)
}

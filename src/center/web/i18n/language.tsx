import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react'
import { I18nProvider } from 'react-aria-components'
import { classNames } from '../../../policy/class-names.ts'
import type { DeviceClass } from '../../../policy/device.ts'
import { answerWords } from '../../../standards/answer-words.ts'
import type { AnswerState } from '../../../standards/coverage.ts'
import type { Dictionary } from './dictionary.ts'
import { enPages } from './en-pages.ts'
import { enPolicy } from './en-policy.ts'
import { enProofs } from './en-proofs.ts'
import { enResults } from './en-results.ts'
import { enTerms } from './en-terms.ts'
import { createFormat, type Format, type Language } from './format.ts'
import { jaPages } from './ja-pages.ts'
import { jaPolicy } from './ja-policy.ts'
import { jaProofs } from './ja-proofs.ts'
import { jaResults } from './ja-results.ts'
import { jaTerms } from './ja-terms.ts'

const dictionaries: Readonly<Record<Language, Dictionary>> = {
  ja: { terms: jaTerms, pages: jaPages, policy: jaPolicy, results: jaResults, proofs: jaProofs },
  en: { terms: enTerms, pages: enPages, policy: enPolicy, results: enResults, proofs: enProofs },
}
const storageKey = 'tanmori.language'

export type Texts = Dictionary &
  Readonly<{
    language: Language
    format: Format
    /** A class as the notices on the terminals call it: one word per thing, wherever it is read. */
    className: (name: DeviceClass) => string
    /** A state of a control as reports and files call it. */
    answerName: (state: AnswerState) => string
    switchLanguage: () => void
  }>

const TextsContext = createContext<Texts | null>(null)

/** Gives the pages below their texts; the chosen language is remembered by this browser. */
export function LanguageProvider({ children }: Readonly<{ children: ReactNode }>) {
  const [language, setLanguage] = useState(readLanguage)
  const switchLanguage = useCallback(() => {
    const next = language === 'ja' ? 'en' : 'ja'
    rememberLanguage(next)
    setLanguage(next)
  }, [language])
  useEffect(() => {
    document.documentElement.lang = language
    loadGlyphs(dictionaries[language])
  }, [language])
  const texts = useMemo(() => {
    const dictionary = dictionaries[language]
    return {
      ...dictionary,
      language,
      format: createFormat(language, dictionary.pages.time),
      className: (name: DeviceClass) => capitalized(classNames[name][language]),
      answerName: (state: AnswerState) => answerWords[state].name[language],
      switchLanguage,
    }
  }, [language, switchLanguage])
  return (
    <I18nProvider locale={language === 'ja' ? 'ja-JP' : 'en-GB'}>
      <TextsContext value={texts}>{children}</TextsContext>
    </I18nProvider>
  )
}

export function useTexts(): Texts {
  const texts = useContext(TextsContext)
  if (texts === null) throw new Error('useTexts outside LanguageProvider')
  return texts
}

/** The shared names are written for the middle of a sentence; on a page they stand alone. */
function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/**
 * The font comes in pieces, each when a letter of it is first shown. What is said while the center cannot be reached
 * must have its letters before.
 */
function loadGlyphs({ pages, terms }: Dictionary): void {
  const { unreachable, 'answer-unreadable': unreadable, internal } = terms.errors
  const texts = [pages.live, pages.common]
    .flatMap((words) => Object.values(words))
    .filter((word) => typeof word === 'string')
  const sentences = [...texts, pages.live.lostBanner(''), unreachable, unreadable, internal]
  // Without them the system's own font is used: nothing is lost but the look.
  document.fonts.load('1rem "Noto Sans JP Variable"', sentences.join('')).catch(() => undefined)
}

/** What was chosen before; else Japanese, unless the browser asks for other languages only. */
function readLanguage(): Language {
  const stored = readStored()
  if (stored === 'ja' || stored === 'en') return stored
  return navigator.languages.length === 0 || navigator.languages.some((tag) => tag.startsWith('ja')) ? 'ja' : 'en'
}

function readStored(): string | null {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    return null // storage is switched off in this browser
  }
}

function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // storage is switched off in this browser: the choice holds until the page is closed
  }
}

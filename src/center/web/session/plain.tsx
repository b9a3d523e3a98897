import type { ReactNode } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { LanguageButton } from '../parts/language-button.tsx'
import { Mark } from '../parts/mark.tsx'

/** The frame of pages that are shown before somebody is signed in. */
export function Plain({ heading, children }: Readonly<{ heading: string | null; children: ReactNode }>) {
  const { pages } = useTexts()
  return (
    <div className="plain">
      <header className="plain-head">
        <span className="brand">
          <Mark />
          {pages.product.name}
        </span>
        <LanguageButton />
      </header>
      <main className="plain-body">
        {heading !== null && <h1>{heading}</h1>}
        {children}
      </main>
    </div>
  )
}

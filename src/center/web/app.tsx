import { useEffect, useRef } from 'react'
import { useTexts } from './i18n/language.tsx'
import { LiveBanner } from './live/live-banner.tsx'
import { pageOf } from './pages/page-of.tsx'
import { Header } from './parts/header.tsx'
import { PageGuard } from './parts/page-guard.tsx'
import { usePlace } from './route/location.ts'

/** The frame of every page. A change of page moves the focus to the new page's beginning. */
export function App() {
  const { pages } = useTexts()
  const { path } = usePlace()
  const main = useRef<HTMLElement>(null)
  const before = useRef(path)
  useEffect(() => {
    if (before.current === path) return
    before.current = path
    main.current?.focus({ preventScroll: true })
  }, [path])
  return (
    <>
      <a className="skip" href="#main">
        {pages.common.skip}
      </a>
      <Header />
      <LiveBanner />
      <main id="main" ref={main} tabIndex={-1}>
        <PageGuard key={path}>{pageOf(path)}</PageGuard>
      </main>
    </>
  )
}

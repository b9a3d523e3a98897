import { useTexts } from '../i18n/language.tsx'
import { useLive } from '../live/live.tsx'
import { LiveMark } from '../live/live-mark.tsx'
import { Link } from '../route/link.tsx'
import { usePlace } from '../route/location.ts'
import { useMay, useSession, useSignOut } from '../session/session.tsx'
import { LanguageButton } from './language-button.tsx'
import { Mark } from './mark.tsx'

export function Header() {
  const { pages, terms } = useTexts()
  const { user } = useSession()
  const signOut = useSignOut()
  return (
    <header className="head">
      <div className="head-top">
        <Link to="/" className="brand">
          <Mark />
          {pages.product.name}
        </Link>
        <LiveMark />
        <span className="head-user">{pages.nav.account(user.name, terms.roles[user.role])}</span>
        <Link to="/password" className="head-button">
          {pages.nav.password}
        </Link>
        <button type="button" className="head-button" onClick={() => void signOut()}>
          {pages.nav.signOut}
        </button>
        <LanguageButton />
      </div>
      <Navigation />
    </header>
  )
}

function Navigation() {
  const { pages, results, proofs } = useTexts()
  const { path } = usePlace()
  const { arrivals, seenUpTo } = useLive()
  const mayAudit = useMay('administrator')
  const unseen = seenUpTo === null ? 0 : arrivals.filter((row) => row.id > seenUpTo).length
  const isCurrent = (base: string) => (base === '/' ? path === '/' : path === base || path.startsWith(`${base}/`))
  return (
    <nav className="nav" aria-label={pages.nav.label}>
      <Link to="/" current={isCurrent('/')}>
        {pages.nav.overview}
      </Link>
      <Link to="/terminals" current={isCurrent('/terminals')}>
        {pages.nav.terminals}
      </Link>
      <Link to="/violations" current={isCurrent('/violations')}>
        {pages.nav.violations}
        {unseen > 0 && <span className="nav-count">{pages.nav.unseen(unseen)}</span>}
      </Link>
      <Link to="/controls" current={isCurrent('/controls')}>
        {results.nav.controls}
      </Link>
      <Link to="/clauses" current={isCurrent('/clauses')}>
        {results.nav.clauses}
      </Link>
      <Link to="/proofs" current={isCurrent('/proofs')}>
        {proofs.nav}
      </Link>
      <Link to="/documents" current={isCurrent('/documents')}>
        {pages.nav.documents}
      </Link>
      {mayAudit && (
        <Link to="/audit" current={isCurrent('/audit')}>
          {pages.nav.audit}
        </Link>
      )}
    </nav>
  )
}

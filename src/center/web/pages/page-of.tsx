import type { ReactNode } from 'react'
import { AuditPage } from './audit/audit-page.tsx'
import { ClausePage } from './clauses/clause-page.tsx'
import { ClausesPage } from './clauses/clauses-page.tsx'
import { ControlPage } from './controls/control-page.tsx'
import { ControlsPage } from './controls/controls-page.tsx'
import { DocumentPage } from './documents/document-page.tsx'
import { DocumentsPage } from './documents/documents-page.tsx'
import { NotFoundPage } from './not-found-page.tsx'
import { OverviewPage } from './overview/overview-page.tsx'
import { PasswordPage } from './password-page.tsx'
import { BuildPage } from './proofs/build-page.tsx'
import { ProofsPage } from './proofs/proofs-page.tsx'
import { TerminalPage } from './terminal/terminal-page.tsx'
import { TerminalsPage } from './terminals/terminals-page.tsx'
import { ViolationsPage } from './violations/violations-page.tsx'

const places: readonly (readonly [pattern: RegExp, page: (part: string) => ReactNode])[] = [
  [/^\/$/, () => <OverviewPage />],
  [/^\/terminals\/?$/, () => <TerminalsPage />],
  [/^\/terminals\/([^/]{1,200})$/, (id) => <TerminalPage id={id} />],
  [/^\/violations\/?$/, () => <ViolationsPage />],
  [/^\/controls\/?$/, () => <ControlsPage />],
  [/^\/controls\/([^/]{1,64})$/, (control) => <ControlPage control={control} />],
  [/^\/clauses\/?$/, () => <ClausesPage />],
  [/^\/clauses\/([^/]{1,64})$/, (standard) => <ClausePage standard={standard} />],
  [/^\/proofs\/?$/, () => <ProofsPage />],
  [/^\/proofs\/build\/?$/, () => <BuildPage />],
  [/^\/documents\/?$/, () => <DocumentsPage />],
  [/^\/documents\/([0-9a-f]{64})$/, (digest) => <DocumentPage digest={digest} />],
  [/^\/audit\/?$/, () => <AuditPage />],
  [/^\/password\/?$/, () => <PasswordPage />],
]

/** The page of an address's path. */
export function pageOf(path: string): ReactNode {
  for (const [pattern, page] of places) {
    const found = pattern.exec(path)
    if (found !== null) return page(decodePart(found[1] ?? ''))
  }
  return <NotFoundPage />
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // not an encoding of ours: looked up as it stands, and not found
  }
}

import { useQuery } from '@tanstack/react-query'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { BackLink } from '../../parts/back-link.tsx'
import { ModeBadge } from '../../parts/badge.tsx'
import { ErrorState, Loading, StaleNote } from '../../parts/states.tsx'
import { useTitle } from '../../parts/title.ts'
import { Changes } from './changes.tsx'
import { Content } from './content.tsx'
import { DocumentAbout } from './document-about.tsx'
import { PushState } from './document-list.tsx'
import { DryRun } from './dry-run.tsx'
import { Progress } from './progress.tsx'
import { PushButton } from './push-button.tsx'

/** One signed document: what it says and changes, who signed it, and how far its push has come. */
export function DocumentPage({ digest }: Readonly<{ digest: string }>) {
  const { pages, terms, language } = useTexts()
  const document = useQuery(queries.document(digest))
  const { data } = document
  const title = data === undefined ? pages.documents.title : data.title[language] || data.id
  useTitle(title)
  const back = <BackLink to="/documents">{pages.document.back}</BackLink>
  if (data === undefined) {
    return (
      <>
        {back}
        {document.isPending ? <Loading /> : <ErrorState error={document.error} retry={() => void document.refetch()} />}
      </>
    )
  }
  return (
    <>
      {back}
      <div className="page-head">
        <h1 className="breakable">{title}</h1>
        {data.version !== null && <span className="head-note">{pages.terminals.version(data.version)}</span>}
        <span className="tag">{terms.documentKinds[data.kind]}</span>
        {data.mode !== null && <ModeBadge mode={data.mode} />}
        <span>
          <PushState row={data} />
        </span>
      </div>
      <StaleNote error={document.error} />
      <PushButton document={data} />
      {data.kind === 'policy' && data.pushedAt === null && !data.superseded && <DryRun document={data} />}
      {data.pushedAt !== null && <Progress document={data} />}
      <div className="columns">
        <DocumentAbout document={data} />
        <Changes document={data} />
      </div>
      <Content content={data.content} />
    </>
  )
}

import { useMemo } from 'react'
import type { DocumentRow } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Badge, ModeBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { When } from '../../parts/when.tsx'
import { Link } from '../../route/link.tsx'
import { ProgressCounts } from './progress-counts.tsx'
import { useScope } from './scope.ts'

const column = createColumns<DocumentRow>()

export function DocumentList({ rows, busy }: Readonly<{ rows: readonly DocumentRow[]; busy: boolean }>) {
  const { pages, terms, language, format } = useTexts()
  const scope = useScope()
  const data = useMemo(() => [...rows], [rows])
  const columns = [
    column('document', pages.documents.document, (row) => (
      <>
        <Link to={`/documents/${row.digest}`} className="strong breakable">
          {row.title[language] || row.id}
        </Link>
        <span className="hint line">
          <span className="breakable">{row.id}</span> {row.version !== null && pages.terminals.version(row.version)}
        </span>
      </>
    )),
    column('kind', pages.documents.kind, (row) => (
      <>
        {terms.documentKinds[row.kind]}
        {row.mode !== null && (
          <span className="line">
            <ModeBadge mode={row.mode} />
          </span>
        )}
      </>
    )),
    column('scope', pages.documents.scope, (row) => <span className="breakable">{scope(row.appliesTo)}</span>),
    column('validity', pages.documents.validity, (row) =>
      row.expires === null ? pages.document.noEnd : pages.terminal.until(format.date(row.expires)),
    ),
    column('status', pages.documents.status, (row) => <PushState row={row} />),
    column('progress', pages.documents.progress, (row) =>
      row.pushedAt === null ? null : <ProgressCounts progress={row.progress} />,
    ),
  ]
  return (
    <DataTable
      caption={pages.documents.caption}
      columns={columns}
      rows={data}
      rowId={(row) => row.digest}
      busy={busy}
    />
  )
}

export function PushState({ row }: Readonly<{ row: DocumentRow }>) {
  const { pages } = useTexts()
  const words = pages.documents
  return (
    <>
      {row.pushedAt === null && !row.superseded && (
        <Badge icon="wait" tone="quiet">
          {words.notPushed}
        </Badge>
      )}
      {row.superseded && (
        <Badge icon="undo" tone="quiet">
          {words.superseded}
        </Badge>
      )}
      {row.pushedAt !== null && !row.superseded && (
        <Badge icon="check" tone="good">
          {words.pushed}
        </Badge>
      )}
      {row.pushedAt !== null && (
        <span className="hint line">
          <When at={row.pushedAt} />
        </span>
      )}
    </>
  )
}

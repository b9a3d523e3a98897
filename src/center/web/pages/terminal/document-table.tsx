import { useMemo } from 'react'
import type { TerminalView } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { OutcomeBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { Empty } from '../../parts/states.tsx'
import { When } from '../../parts/when.tsx'
import { Link } from '../../route/link.tsx'
import { AnswerText } from '../documents/answer-text.tsx'

type Delivered = TerminalView['documents'][number]

const column = createColumns<Delivered>()

/** What was sent to this terminal, and what it answered. */
export function DocumentTable({ terminal }: Readonly<{ terminal: TerminalView }>) {
  const { pages, terms } = useTexts()
  const words = pages.terminal
  const rows = useMemo(() => [...terminal.documents], [terminal.documents])
  const columns = useMemo(
    () => [
      column('document', words.document, (row) => (
        <Link to={`/documents/${row.digest}`} className="breakable">
          {row.version === null ? row.id : `${row.id} ${pages.terminals.version(row.version)}`}
        </Link>
      )),
      column('kind', pages.documents.kind, (row) => terms.documentKinds[row.kind]),
      column('outcome', words.outcome, (row) => <OutcomeBadge outcome={row.outcome} />),
      column('answer', pages.document.answer, (row) => <AnswerText code={row.code} detail={row.detail} />),
      column('at', pages.document.when, (row) => (row.at === null ? null : <When at={row.at} />)),
    ],
    [pages, words, terms],
  )
  return (
    <section aria-labelledby="documents-title">
      <h2 id="documents-title">{words.documents}</h2>
      {rows.length === 0 && <Empty title={words.documentsNone} />}
      {rows.length > 0 && (
        <DataTable caption={words.documents} columns={columns} rows={rows} rowId={(row) => row.digest} />
      )}
    </section>
  )
}

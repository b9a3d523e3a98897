import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { DocumentView } from '../../../api/contract.ts'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { ErrorState, Loading } from '../../parts/states.tsx'
import { type Change, changesOf } from './changes-of.ts'
import { LeafPlace, LeafText } from './leaf.tsx'

const column = createColumns<Change>()
/** As many documents of its kind as are searched for the version before. */
const searched = 200

/** What pushing this document changes, against the version of it that was pushed before. */
export function Changes({ document }: Readonly<{ document: DocumentView }>) {
  const { pages } = useTexts()
  const list = useQuery(queries.documents({ kind: document.kind, limit: searched }))
  const before = list.data?.rows.find(
    (row) => row.id === document.id && row.pushedAt !== null && (row.version ?? 0) < (document.version ?? 0),
  )
  return (
    <section aria-labelledby="changes-title">
      <h2 id="changes-title">{pages.document.changes}</h2>
      {list.data === undefined && list.isPending && <Loading />}
      {list.data === undefined && !list.isPending && (
        <ErrorState error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && before === undefined && <p>{pages.document.changesFirst}</p>}
      {before !== undefined && <Compared document={document} beforeDigest={before.digest} />}
    </section>
  )
}

function Compared({ document, beforeDigest }: Readonly<{ document: DocumentView; beforeDigest: string }>) {
  const { pages, language } = useTexts()
  const words = pages.document
  const before = useQuery(queries.document(beforeDigest))
  const changes = useMemo(
    () => (before.data === undefined ? [] : changesOf(before.data.content, document.content)),
    [before.data, document.content],
  )
  const columns = useMemo(() => {
    const text = (parts: Change['parts'], value: Change['before']) =>
      value === undefined ? <span className="hint">{words.absent}</span> : <LeafText parts={parts} value={value} />
    return [
      column('item', words.item, ({ parts }) => <LeafPlace parts={parts} />),
      column('before', words.before, ({ parts, before: was }) => text(parts, was)),
      column('after', words.after, ({ parts, after }) => <strong>{text(parts, after)}</strong>),
    ]
  }, [words])
  if (before.data === undefined) {
    return before.isPending ? <Loading /> : <ErrorState error={before.error} retry={() => void before.refetch()} />
  }
  return (
    <>
      <p className="hint">
        {words.changesFrom(before.data.title[language] || before.data.id, before.data.version ?? 0)}
      </p>
      {changes.length === 0 && <p>{words.changesNone}</p>}
      {changes.length > 0 && (
        <DataTable caption={words.changes} columns={columns} rows={changes} rowId={({ parts }) => parts.join('.')} />
      )}
    </>
  )
}

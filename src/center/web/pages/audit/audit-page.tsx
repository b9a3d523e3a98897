import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import type { AuditRow } from '../../../api/contract.ts'
import { queries } from '../../api/queries.ts'
import type { Pages, Terms } from '../../i18n/dictionary.ts'
import { useTexts } from '../../i18n/language.tsx'
import { PagedList } from '../../parts/answered.tsx'
import { Badge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { usePaging } from '../../parts/pager.tsx'
import { SearchBox } from '../../parts/search-box.tsx'
import { Empty } from '../../parts/states.tsx'
import { useTitle } from '../../parts/title.ts'
import { When } from '../../parts/when.tsx'
import { setSearch, usePlace } from '../../route/location.ts'
import { useMay } from '../../session/session.tsx'

export function AuditPage() {
  const { pages } = useTexts()
  const mayRead = useMay('administrator')
  useTitle(pages.audit.title)
  return (
    <>
      <div className="page-head">
        <h1>{pages.audit.title}</h1>
        <p className="hint">{pages.audit.lead}</p>
      </div>
      {mayRead ? <AuditList /> : <p>{pages.audit.forbidden}</p>}
    </>
  )
}

function AuditList() {
  const { pages } = useTexts()
  const { search } = usePlace()
  const q = search.get('q') ?? ''
  const paging = usePaging()
  const list = useQuery(
    queries.audit({ ...(q === '' ? {} : { q }), ...(paging.cursor === undefined ? {} : { cursor: paging.cursor }) }),
  )
  const setQ = useCallback((next: string) => setSearch({ q: next, cursor: '', page: '' }), [])
  return (
    <>
      <FilterBar isFiltered={q !== ''} clear={() => setQ('')}>
        <SearchBox label={pages.audit.text} value={q} onChange={setQ} />
      </FilterBar>
      <PagedList
        query={list}
        name={`audit ${q}`}
        paging={paging}
        empty={<Empty title={q === '' ? pages.audit.empty : pages.audit.emptyFiltered} />}
      >
        {(rows, busy) => <AuditTable rows={rows} busy={busy} />}
      </PagedList>
    </>
  )
}

const column = createColumns<AuditRow>()

function AuditTable({ rows, busy }: Readonly<{ rows: readonly AuditRow[]; busy: boolean }>) {
  const { pages, terms } = useTexts()
  const words = pages.audit
  const data = useMemo(() => [...rows], [rows])
  const columns = useMemo(
    () => [
      column('at', words.at, (row) => <When at={row.at} seconds />),
      column('actor', words.actor, (row) => <span className="breakable">{actorWord(row.actor, words)}</span>),
      column('action', words.action, (row) => (
        <>
          <span className="strong">{actionWord(row.action, terms)}</span>
          <code className="hint line">{row.action}</code>
        </>
      )),
      column('subject', words.subject, (row) => <span className="breakable">{row.subject}</span>),
      column('outcome', words.outcome, (row) => (
        <Badge icon={row.outcome === 'done' ? 'check' : 'cross'} tone={row.outcome === 'done' ? 'good' : 'bad'}>
          {terms.auditOutcomes[row.outcome]}
        </Badge>
      )),
      column('detail', words.detail, (row) => <span className="breakable">{row.detail}</span>),
      column('remote', words.remote, (row) => <span className="breakable">{row.remote}</span>),
    ],
    [words, terms],
  )
  return <DataTable caption={words.caption} columns={columns} rows={data} rowId={(row) => String(row.id)} busy={busy} />
}

/** Actions are an open list: one that is not known here is shown by its id alone. */
function actionWord(action: string, terms: Terms): string {
  const words: Readonly<Record<string, string>> = terms.actions
  return words[action] ?? action
}

/** `console:NAME` for the command line, `token ID` for a terminal that enrols, else a user's name. */
function actorWord(actor: string, words: Pages['audit']): string {
  if (actor.startsWith('console:')) return words.console(actor.slice('console:'.length))
  if (actor.startsWith('token ')) return words.token(actor.slice('token '.length))
  return actor
}

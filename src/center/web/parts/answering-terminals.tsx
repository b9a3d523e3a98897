import type { UseQueryResult } from '@tanstack/react-query'
import { useTexts } from '../i18n/language.tsx'
import { PagedList } from './answered.tsx'
import { AnsweringFilter, useAnsweringQuery } from './answering-filter.tsx'
import { type Columns, DataTable } from './data-table.tsx'
import { ExportLinks } from './export-links.tsx'
import type { Paging } from './pager.tsx'
import { Empty } from './states.tsx'

type Terminal = Readonly<{ terminalId: string }>
type PageOf<Row> = Readonly<{ rows: Row[]; nextCursor: string | null; total: number }>
type AnsweringTerminalsProps<Row extends Terminal> = Readonly<{
  /** Of the heading. */
  id: string
  title: string
  list: UseQueryResult<PageOf<Row>>
  /** Names the list with its filters. */
  name: string
  paging: Paging
  columns: Columns<Row>
  /** What the same list is saved by. */
  file: Readonly<{ path: string; query: Readonly<Record<string, unknown>> }>
}>

/** How terminals answer a control or a clause: how many, which of them, as a file. */
export function AnsweringTerminals<Row extends Terminal>(props: AnsweringTerminalsProps<Row>) {
  const { id, title, list, name, paging, columns, file } = props
  const { pages, results } = useTexts()
  const isFiltered = Object.keys(useAnsweringQuery()).length > 0
  return (
    <section aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{title}</h2>
        <p className="hint" role="status">
          {list.data !== undefined && results.controls.found(pages.common.terminals(list.data.total))}
        </p>
        <ExportLinks path={file.path} query={file.query} />
      </div>
      <AnsweringFilter />
      <PagedList
        query={list}
        name={name}
        paging={paging}
        empty={
          <Empty title={isFiltered ? pages.terminals.emptyFiltered : results.noTerminals}>
            <p>{isFiltered ? pages.terminals.emptyFilteredHow : results.noTerminalsHow}</p>
          </Empty>
        }
      >
        {(rows, busy) => (
          <DataTable
            caption={results.controls.terminalsCaption}
            columns={columns}
            rows={rows}
            rowId={(row) => row.terminalId}
            busy={busy}
          />
        )}
      </PagedList>
    </section>
  )
}

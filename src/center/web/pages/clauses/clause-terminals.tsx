import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ClauseTerminalRow } from '../../../api/results-contract.ts'
import { queries } from '../../api/queries.ts'
import { searchOf } from '../../api/request.ts'
import { useTexts } from '../../i18n/language.tsx'
import { PagedList } from '../../parts/answered.tsx'
import { AnsweringFilter, useAnsweringQuery } from '../../parts/answering-filter.tsx'
import { AnswerBadge } from '../../parts/badge.tsx'
import { ControlAnswers } from '../../parts/control-answers.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { ExportLinks } from '../../parts/export-links.tsx'
import { usePaging } from '../../parts/pager.tsx'
import { Empty } from '../../parts/states.tsx'
import { TerminalCell } from '../../parts/terminal-cell.tsx'

const column = createColumns<ClauseTerminalRow>()
const refreshMs = 60_000

/** Every terminal of the clause's zones, as its worst control is. */
export function ClauseTerminals({ standard, clauseRef }: Readonly<{ standard: string; clauseRef: string }>) {
  const { pages, results } = useTexts()
  const answering = useAnsweringQuery()
  const query = { ref: clauseRef, ...answering }
  const paging = usePaging()
  const list = useQuery({
    ...queries.clauseTerminals(standard, {
      ...query,
      ...(paging.cursor === undefined ? {} : { cursor: paging.cursor }),
    }),
    refetchInterval: refreshMs,
  })
  const columns = useMemo(
    () => [
      column('terminal', pages.violations.terminal, (row) => <TerminalCell terminal={row} />),
      column('state', results.state, ({ state }) => <AnswerBadge state={state} />),
      column('controls', results.clauses.byControl, ({ answers }) => <ControlAnswers answers={answers} />),
    ],
    [pages, results],
  )
  const isFiltered = Object.keys(answering).length > 0
  return (
    <section aria-labelledby="clause-terminals">
      <div className="section-head">
        <h2 id="clause-terminals">{results.clauses.byTerminal}</h2>
        <p className="hint" role="status">
          {list.data !== undefined && results.controls.found(pages.common.terminals(list.data.total))}
        </p>
        <ExportLinks path={`/api/standards/${encodeURIComponent(standard)}/terminals`} query={query} />
      </div>
      <AnsweringFilter />
      <PagedList
        query={list}
        name={`clause ${standard} ${searchOf(query)}`}
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

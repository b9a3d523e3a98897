import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ClauseTerminalRow } from '../../../api/results-contract.ts'
import { queries } from '../../api/queries.ts'
import { searchOf } from '../../api/request.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useAnsweringQuery } from '../../parts/answering-filter.tsx'
import { AnsweringTerminals } from '../../parts/answering-terminals.tsx'
import { AnswerBadge } from '../../parts/badge.tsx'
import { ControlAnswers } from '../../parts/control-answers.tsx'
import { createColumns } from '../../parts/data-table.tsx'
import { usePaging } from '../../parts/pager.tsx'
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
  return (
    <AnsweringTerminals
      id="clause-terminals"
      title={results.clauses.byTerminal}
      list={list}
      name={`clause ${standard} ${searchOf(query)}`}
      paging={paging}
      columns={columns}
      file={{ path: `/api/standards/${encodeURIComponent(standard)}/terminals`, query }}
    />
  )
}

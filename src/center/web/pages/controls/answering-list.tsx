import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { AnsweringRow } from '../../../api/results-contract.ts'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { AnswerText } from '../../parts/answer-text.tsx'
import { useAnsweringQuery } from '../../parts/answering-filter.tsx'
import { AnsweringTerminals } from '../../parts/answering-terminals.tsx'
import { AnswerBadge } from '../../parts/badge.tsx'
import { createColumns } from '../../parts/data-table.tsx'
import { usePaging } from '../../parts/pager.tsx'
import { TerminalCell } from '../../parts/terminal-cell.tsx'
import { Ago, Lasting } from '../../parts/when.tsx'

const column = createColumns<AnsweringRow>()
const refreshMs = 60_000

/** Every terminal's answer to one control, with its reason. */
export function AnsweringList({ control }: Readonly<{ control: string }>) {
  const { pages, results } = useTexts()
  const query = useAnsweringQuery()
  const paging = usePaging()
  const list = useQuery({
    ...queries.answering(control, { ...query, ...(paging.cursor === undefined ? {} : { cursor: paging.cursor }) }),
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  })
  const columns = useMemo(
    () => [
      column('terminal', pages.violations.terminal, (row) => <TerminalCell terminal={row} />),
      column('state', results.state, ({ answer }) => (
        <>
          <AnswerBadge state={answer.state} />
          {answer.result !== null && (
            <span className="hint line">
              <Lasting since={answer.result.since} />
            </span>
          )}
        </>
      )),
      column('reason', results.reason, ({ answer }) => <AnswerText answer={answer} />),
      column('heard', results.readAt, ({ answer }) =>
        answer.result === null ? null : answer.result.readAt === null ? (
          results.neverRead
        ) : (
          <Ago at={answer.result.readAt} />
        ),
      ),
    ],
    [pages, results],
  )
  return (
    <AnsweringTerminals
      id="answering-title"
      title={results.controls.terminals}
      list={list}
      name={`answering ${control} ${JSON.stringify(query)}`}
      paging={paging}
      columns={columns}
      file={{ path: `/api/controls/${encodeURIComponent(control)}/terminals`, query }}
    />
  )
}

import { useMemo, useState } from 'react'
import type { DocumentView } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { OutcomeBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { Select } from '../../parts/select.tsx'
import { When } from '../../parts/when.tsx'
import { Link } from '../../route/link.tsx'
import { AnswerText } from './answer-text.tsx'
import { ProgressCounts } from './progress-counts.tsx'

type Reached = DocumentView['terminals'][number]

const column = createColumns<Reached>()
const outcomes = ['refused', 'reverted', 'waiting', 'applied'] as const
/** The center lists at most so many. */
const mostListed = 1000
const mostShown = 200

/** How each terminal answered the push; changes by itself as they do. */
export function Progress({ document }: Readonly<{ document: DocumentView }>) {
  const { pages, terms, format } = useTexts()
  const words = pages.document
  const [outcome, setOutcome] = useState<Reached['outcome'] | ''>('')
  const { applied, waiting, refused, reverted } = document.progress
  const total = applied + waiting + refused + reverted
  const rows = useMemo(
    () => document.terminals.filter((row) => outcome === '' || row.outcome === outcome).slice(0, mostShown),
    [document.terminals, outcome],
  )
  const columns = useMemo(
    () => [
      column('terminal', words.terminal, (row) => (
        <>
          <Link to={`/terminals/${encodeURIComponent(row.terminalId)}`} className="breakable">
            {row.hostname}
          </Link>
          <span className="hint line">{terms.zones[row.zone]}</span>
        </>
      )),
      column('outcome', words.outcome, (row) => <OutcomeBadge outcome={row.outcome} />),
      column('answer', words.answer, (row) => <AnswerText code={row.code} detail={row.detail} />),
      column('when', words.when, (row) => (row.at === null ? null : <When at={row.at} seconds />)),
    ],
    [words, terms],
  )
  return (
    <section aria-labelledby="progress-title">
      <h2 id="progress-title">{words.progress}</h2>
      {total === 0 && <p>{words.progressNone}</p>}
      {total > 0 && (
        <>
          <p className="progress-line" role="status">
            <strong>{words.progressOf(format.number(applied), format.number(total))}</strong>
            <ProgressCounts progress={document.progress} />
          </p>
          <progress className="progress-bar" max={total} value={applied} aria-label={words.progress} />
          <div className="filters">
            <Select
              label={words.outcomeFilter}
              value={outcome}
              options={outcomes}
              word={(option) => terms.outcomes[option]}
              all={pages.common.all}
              onChange={setOutcome}
            />
          </div>
          <DataTable caption={words.progress} columns={columns} rows={rows} rowId={(row) => row.terminalId} />
          {document.terminals.length >= mostListed && <p className="hint">{words.limited}</p>}
        </>
      )}
    </section>
  )
}

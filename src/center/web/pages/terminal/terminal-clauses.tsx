import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { answerStates } from '../../../../standards/coverage.ts'
import type { TerminalClauses as Answers } from '../../../api/results-contract.ts'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Answered } from '../../parts/answered.tsx'
import { AnswerBadge } from '../../parts/badge.tsx'
import { ControlAnswers } from '../../parts/control-answers.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { Select } from '../../parts/select.tsx'
import { ShownAnswersSelect, useNothingShown, useShownAnswers } from '../../parts/shown-answers.tsx'
import { StateBar, StateLine } from '../../parts/state-counts.tsx'
import { Empty } from '../../parts/states.tsx'
import { Link } from '../../route/link.tsx'
import { clausePath } from '../clauses/clause-path.ts'

/** The clauses of a standard that hold for this terminal; opened on demand, since they are many. */
export function TerminalClauses({ id }: Readonly<{ id: string }>) {
  const { results } = useTexts()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <section aria-labelledby="terminal-clauses">
      <h2 id="terminal-clauses" className="hidden">
        {results.terminal.clauses}
      </h2>
      <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>{results.terminal.clauses}</summary>
        {isOpen && <Picked id={id} />}
      </details>
    </section>
  )
}

function Picked({ id }: Readonly<{ id: string }>) {
  const { results, language } = useTexts()
  const standards = useQuery(queries.standards())
  const [picked, setPicked] = useState('')
  return (
    <Answered query={standards}>
      {({ rows }) => {
        const standard = rows.find((row) => row.id === picked) ?? rows[0]
        if (standard === undefined) return <Empty title={results.clauses.none} />
        return (
          <>
            <div className="filters">
              <Select
                label={results.clauses.standard}
                value={standard.id}
                options={rows.map((row) => row.id)}
                word={(option) => rows.find((row) => row.id === option)?.title[language] ?? option}
                onChange={setPicked}
              />
            </div>
            <Clauses id={id} standard={standard.id} />
          </>
        )
      }}
    </Answered>
  )
}

type Row = Answers['rows'][number]
const column = createColumns<Row>()

function Clauses({ id, standard }: Readonly<{ id: string; standard: string }>) {
  const { results, language } = useTexts()
  const answers = useQuery(queries.terminalClauses(id, standard))
  const shown = useShownAnswers()
  const nothing = useNothingShown()
  const rows = (answers.data?.rows ?? [])
    .filter(({ state }) => shown.isShown(state))
    .toSorted((a, b) => answerStates.indexOf(a.state) - answerStates.indexOf(b.state))
  const columns = useMemo(
    () => [
      column('clause', results.clauses.clause, (row) => (
        <>
          <Link to={clausePath(standard, { ref: row.ref })} className="strong breakable">
            {row.ref}
          </Link>
          <span className="hint line breakable">{row.summary[language]}</span>
        </>
      )),
      column('state', results.state, (row) => <AnswerBadge state={row.state} />),
      column('controls', results.clauses.byControl, (row) => <ControlAnswers answers={row.answers} />),
    ],
    [results, language, standard],
  )
  return (
    <Answered query={answers}>
      {({ counts, rows: all }) =>
        all.length === 0 ? (
          <Empty title={results.terminal.clausesNone} />
        ) : (
          <>
            <StateBar counts={counts} />
            <StateLine counts={counts} />
            <div className="filters">
              <ShownAnswersSelect {...shown} />
            </div>
            {rows.length === 0 && <Empty title={nothing(shown)} />}
            {rows.length > 0 && (
              <DataTable caption={results.terminal.clauses} columns={columns} rows={rows} rowId={(row) => row.ref} />
            )}
          </>
        )
      }
    </Answered>
  )
}

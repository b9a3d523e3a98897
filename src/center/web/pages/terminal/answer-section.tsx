import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { severities } from '../../../../protocol/events.ts'
import { answerStates } from '../../../../standards/coverage.ts'
import type { ControlAnswer, TerminalAnswers } from '../../../api/results-contract.ts'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { AnswerText } from '../../parts/answer-text.tsx'
import { Answered } from '../../parts/answered.tsx'
import { AnswerBadge, SeverityBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { ExportLinks } from '../../parts/export-links.tsx'
import { ShownAnswersSelect, useNothingShown, useShownAnswers } from '../../parts/shown-answers.tsx'
import { StateBar, StateLine } from '../../parts/state-counts.tsx'
import { Empty } from '../../parts/states.tsx'
import { Ago, Lasting } from '../../parts/when.tsx'
import { Link } from '../../route/link.tsx'
import { FindingSection } from './finding-section.tsx'
import { TerminalClauses } from './terminal-clauses.tsx'

const refreshMs = 15_000

/** Findings, the answer of every control, and the clauses: what this terminal proves. */
export function AnswerSection({ id }: Readonly<{ id: string }>) {
  const answers = useQuery({ ...queries.terminalAnswers(id), refetchInterval: refreshMs })
  return (
    <Answered query={answers}>
      {(data) => (
        <>
          <FindingSection findings={data.findings} closed={data.closed} />
          <Results id={id} data={data} />
          {data.reportedAt !== null && <TerminalClauses id={id} />}
        </>
      )}
    </Answered>
  )
}

function Results({ id, data }: Readonly<{ id: string; data: TerminalAnswers }>) {
  const { results, format } = useTexts()
  const words = results.terminal
  const shown = useShownAnswers()
  const nothing = useNothingShown()
  const rows = worstFirst(data.answers.filter(({ state }) => shown.isShown(state)))
  return (
    <section aria-labelledby="answers-title">
      <div className="section-head">
        <h2 id="answers-title">{words.answers}</h2>
        {data.reportedAt !== null && (
          <>
            <span className="hint">{words.answersAt(format.dateTime(data.reportedAt))}</span>
            <ExportLinks path={`/api/terminals/${encodeURIComponent(id)}/answers`} query={{}} />
          </>
        )}
      </div>
      {data.reportedAt === null && (
        <Empty title={words.answersNone}>
          <p>{words.answersNoneHow}</p>
        </Empty>
      )}
      {data.reportedAt !== null && (
        <>
          <StateBar counts={data.counts} />
          <StateLine counts={data.counts} />
          <div className="filters">
            <ShownAnswersSelect {...shown} />
          </div>
          {rows.length === 0 && <Empty title={nothing(shown)} />}
          {rows.length > 0 && <AnswerTable rows={rows} />}
        </>
      )}
    </section>
  )
}

/** The worst first, then the gravest. */
function worstFirst(answers: readonly ControlAnswer[]): ControlAnswer[] {
  return answers.toSorted(
    (a, b) =>
      answerStates.indexOf(a.state) - answerStates.indexOf(b.state) ||
      severities.indexOf(b.severity) - severities.indexOf(a.severity),
  )
}

const column = createColumns<ControlAnswer>()

function AnswerTable({ rows }: Readonly<{ rows: ControlAnswer[] }>) {
  const { results, language } = useTexts()
  const columns = useMemo(
    () => [
      column('control', results.controls.control, (row) => (
        <>
          <Link to={`/controls/${encodeURIComponent(row.control)}`} className="strong breakable">
            {row.title[language]}
          </Link>
          <code className="hint line breakable">{row.control}</code>
        </>
      )),
      column('state', results.state, (row) => (
        <>
          <AnswerBadge state={row.state} />
          {row.result !== null && (
            <span className="hint line">
              <Lasting since={row.result.since} />
            </span>
          )}
        </>
      )),
      column('severity', results.severity, (row) => <SeverityBadge severity={row.severity} />),
      column('reason', results.reason, (row) => <AnswerText answer={row} />),
      column('heard', results.readAt, ({ result }) =>
        result === null ? null : result.readAt === null ? results.neverRead : <Ago at={result.readAt} />,
      ),
    ],
    [results, language],
  )
  return <DataTable caption={results.terminal.answers} columns={columns} rows={rows} rowId={(row) => row.control} />
}

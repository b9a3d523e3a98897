import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { severities } from '../../../../protocol/events.ts'
import { type AnswerState, answerStates } from '../../../../standards/coverage.ts'
import type { ControlAnswer, TerminalAnswers } from '../../../api/results-contract.ts'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { AnswerText } from '../../parts/answer-text.tsx'
import { Answered } from '../../parts/answered.tsx'
import { AnswerBadge, SeverityBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { ExportLinks } from '../../parts/export-links.tsx'
import { Select } from '../../parts/select.tsx'
import { StateBar, StateLine, shownStates } from '../../parts/state-counts.tsx'
import { Empty } from '../../parts/states.tsx'
import { Ago, Lasting } from '../../parts/when.tsx'
import { Link } from '../../route/link.tsx'
import { FindingSection } from './finding-section.tsx'
import { TerminalClauses } from './terminal-clauses.tsx'

const refreshMs = 15_000
const attention = 'attention'
const choices = [attention, ...shownStates] as const
const needLook: readonly AnswerState[] = ['fail', 'unknown', 'stale']

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
  const { pages, results, answerName, format } = useTexts()
  const words = results.terminal
  const [shown, setShown] = useState<(typeof choices)[number] | ''>(attention)
  const rows = useMemo(() => choose(data.answers, shown), [data.answers, shown])
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
            <Select
              label={words.show}
              value={shown}
              options={choices}
              word={(option) => (option === attention ? words.attentionOnly : answerName(option))}
              all={pages.common.all}
              onChange={setShown}
            />
          </div>
          {rows.length === 0 && <Empty title={shown === attention ? words.allFine : results.emptyFiltered} />}
          {rows.length > 0 && <AnswerTable rows={rows} />}
        </>
      )}
    </section>
  )
}

/** The worst first, then the gravest. */
function choose(answers: readonly ControlAnswer[], shown: (typeof choices)[number] | ''): ControlAnswer[] {
  return answers
    .filter(({ state }) => shown === '' || (shown === attention ? needLook.includes(state) : state === shown))
    .toSorted(
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

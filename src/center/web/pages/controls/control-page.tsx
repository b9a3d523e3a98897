import { useQuery } from '@tanstack/react-query'
import type { ControlView } from '../../../api/results-contract.ts'
import { queries } from '../../api/queries.ts'
import { searchOf } from '../../api/request.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Answered } from '../../parts/answered.tsx'
import { BackLink } from '../../parts/back-link.tsx'
import { SeverityBadge } from '../../parts/badge.tsx'
import { FactList } from '../../parts/fact-list.tsx'
import { useFleetQuery } from '../../parts/fleet-filter.tsx'
import { Id } from '../../parts/id.tsx'
import { StateBar, StateLine } from '../../parts/state-counts.tsx'
import { useTitle } from '../../parts/title.ts'
import { Link } from '../../route/link.tsx'
import { clausePath } from '../clauses/clause-path.ts'
import { AnsweringList } from './answering-list.tsx'

const refreshMs = 60_000
/** More clauses than these are opened on demand. */
const mostOpenClauses = 3

/** One control: what it is, what to do about it, which clauses ask for it, and every terminal's answer. */
export function ControlPage({ control }: Readonly<{ control: string }>) {
  const { results, language } = useTexts()
  const fleet = useFleetQuery()
  const view = useQuery({ ...queries.control(control, fleet), refetchInterval: refreshMs })
  useTitle(view.data?.title[language] ?? results.controls.title)
  return (
    <>
      <BackLink to={`/controls${searchOf(fleet)}`}>{results.controls.back}</BackLink>
      <Answered query={view}>
        {(data) => (
          <>
            <div className="page-head">
              <h1 className="breakable">{data.title[language]}</h1>
              <SeverityBadge severity={data.severity} />
              <span className="hint">
                <Id text={data.control} />
              </span>
            </div>
            <StateBar counts={data.counts} />
            <StateLine counts={data.counts} />
            <About view={data} />
            <AnsweringList control={control} />
          </>
        )}
      </Answered>
    </>
  )
}

function About({ view }: Readonly<{ view: ControlView }>) {
  const { results, language, format } = useTexts()
  const words = results.controls
  const clauses = (
    <ul className="bare clause-list">
      {view.clauses.map(({ standard, standardTitle, ref, summary }) => (
        <li key={`${standard} ${ref}`}>
          <Link to={clausePath(standard, { ref })}>
            {standardTitle[language]} {ref}
          </Link>
          <span className="hint line breakable">{summary[language]}</span>
        </li>
      ))}
    </ul>
  )
  return (
    <section aria-labelledby="control-about">
      <h2 id="control-about">{words.about}</h2>
      <FactList
        facts={[
          [words.answeredBy, words.kinds[view.answeredBy]],
          [words.remedy, view.remedy?.[language] ?? (view.answeredBy === 'planned' ? results.planned : words.noRemedy)],
          [
            words.clauses,
            view.clauses.length === 0 ? (
              words.clausesNone
            ) : view.clauses.length <= mostOpenClauses ? (
              clauses
            ) : (
              <details key="clauses">
                <summary>{words.clausesCount(format.number(view.clauses.length))}</summary>
                {clauses}
              </details>
            ),
          ],
        ]}
      />
    </section>
  )
}

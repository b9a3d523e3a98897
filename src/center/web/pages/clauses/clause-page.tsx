import { useQuery } from '@tanstack/react-query'
import type { ClauseRow, FleetQuery } from '../../../api/results-contract.ts'
import { queries } from '../../api/queries.ts'
import { searchOf } from '../../api/request.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Answered } from '../../parts/answered.tsx'
import { BackLink } from '../../parts/back-link.tsx'
import { FactList } from '../../parts/fact-list.tsx'
import { useFleetQuery } from '../../parts/fleet-filter.tsx'
import { Id } from '../../parts/id.tsx'
import { StateBar, StateLine } from '../../parts/state-counts.tsx'
import { useTitle } from '../../parts/title.ts'
import { Link } from '../../route/link.tsx'
import { usePlace } from '../../route/location.ts'
import { controlPath } from '../controls/control-path.ts'
import { NotFoundPage } from '../not-found-page.tsx'
import { ClauseTerminals } from './clause-terminals.tsx'

const refreshMs = 60_000

/** One clause: what it asks, which controls answer to it, and every terminal's state. The address names it by `ref`. */
export function ClausePage({ standard }: Readonly<{ standard: string }>) {
  const { results, language } = useTexts()
  const { search } = usePlace()
  const ref = search.get('ref') ?? ''
  const fleet = useFleetQuery()
  const view = useQuery({ ...queries.standard(standard, fleet), refetchInterval: refreshMs })
  useTitle(`${ref} ${view.data?.title[language] ?? results.clauses.title}`)
  return (
    <Answered query={view}>
      {(data) => {
        const clause = data.rows.find((row) => row.ref === ref)
        if (clause === undefined) return <NotFoundPage />
        return (
          <>
            <BackLink to={`/clauses${searchOf({ standard, ...fleet })}`}>{results.clauses.back}</BackLink>
            <div className="page-head">
              <h1 className="breakable">{ref}</h1>
              <span className="tag">{results.clauses.kinds[clause.kind]}</span>
              <span className="hint">{data.title[language]}</span>
            </div>
            <p className="clause-summary">{clause.summary[language]}</p>
            <StateBar counts={clause.counts} />
            <StateLine counts={clause.counts} />
            <div className="columns">
              <About clause={clause} />
              <ByControl clause={clause} fleet={fleet} />
            </div>
            <ClauseTerminals standard={standard} clauseRef={ref} />
          </>
        )
      }}
    </Answered>
  )
}

function About({ clause }: Readonly<{ clause: ClauseRow }>) {
  const { results, pages, terms, language } = useTexts()
  const words = results.clauses
  return (
    <section aria-labelledby="clause-about">
      <h2 id="clause-about">{words.about}</h2>
      <FactList
        facts={[
          [words.zones, clause.zones.map((zone) => terms.zones[zone]).join(pages.common.listSeparator)],
          [words.role, clause.role[language]],
          [words.kind, words.kinds[clause.kind]],
        ]}
      />
    </section>
  )
}

function ByControl({ clause, fleet }: Readonly<{ clause: ClauseRow; fleet: FleetQuery }>) {
  const { results, language } = useTexts()
  return (
    <section aria-labelledby="clause-controls">
      <h2 id="clause-controls">{results.clauses.byControl}</h2>
      <ul className="bare by-control">
        {clause.controls.map(({ control, title, counts }) => (
          <li key={control}>
            <Link to={controlPath(control, fleet)}>{title[language]}</Link>{' '}
            <span className="hint">
              <Id text={control} />
            </span>
            <StateLine counts={counts} />
          </li>
        ))}
      </ul>
    </section>
  )
}

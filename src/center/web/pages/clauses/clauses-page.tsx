import { useQuery } from '@tanstack/react-query'
import type { StandardsView } from '../../../api/results-contract.ts'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { AnswerLegend } from '../../parts/answer-legend.tsx'
import { Answered } from '../../parts/answered.tsx'
import { ExportLinks } from '../../parts/export-links.tsx'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { clearedFleet, FleetFilter, useFleetQuery } from '../../parts/fleet-filter.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Select } from '../../parts/select.tsx'
import { Empty } from '../../parts/states.tsx'
import { useTitle } from '../../parts/title.ts'
import { setSearch, usePlace } from '../../route/location.ts'
import { ClauseTable } from './clause-table.tsx'

const refreshMs = 60_000

/** The clauses of one standard with how the fleet stands, clause by clause. */
export function ClausesPage() {
  const { results } = useTexts()
  const words = results.clauses
  const standards = useQuery(queries.standards())
  useTitle(words.title)
  return (
    <>
      <div className="page-head">
        <h1>{words.title}</h1>
        <p className="hint">{words.lead}</p>
      </div>
      <Answered query={standards}>
        {(view) => (
          <>
            {view.problems.map(({ file, detail }) => (
              <div key={file} className="notice notice-warn">
                <Icon name="warn" />
                <div>
                  <p className="breakable">{words.problem(file.replace(/^.*[\\/]/, ''))}</p>
                  <p className="hint breakable">{detail}</p>
                </div>
              </div>
            ))}
            {view.rows.length === 0 && (
              <Empty title={words.none}>
                <p>{words.noneHow}</p>
              </Empty>
            )}
            {view.rows.length > 0 && <Clauses standards={view.rows} />}
          </>
        )}
      </Answered>
    </>
  )
}

function Clauses({ standards }: Readonly<{ standards: StandardsView['rows'] }>) {
  const { pages, results, language, format } = useTexts()
  const words = results.clauses
  const { search } = usePlace()
  const fleet = useFleetQuery()
  const wanted = standards.find(({ id }) => id === search.get('standard')) ?? standards[0]
  const id = wanted?.id ?? ''
  const standard = useQuery({ ...queries.standard(id, fleet), refetchInterval: refreshMs })
  return (
    <>
      <FilterBar isFiltered={Object.keys(fleet).length > 0} clear={() => setSearch(clearedFleet)}>
        <Select
          label={words.standard}
          value={id}
          options={standards.map((row) => row.id)}
          word={(option) => standards.find((row) => row.id === option)?.title[language] ?? option}
          onChange={(next) => setSearch({ standard: next })}
        />
        <FleetFilter />
      </FilterBar>
      <Answered query={standard}>
        {(view) => (
          <>
            <div className="list-head">
              <p className="hint" role="status">
                {[
                  view.issuer[language],
                  ...(view.amended === null ? [] : [words.amended(view.amended[language])]),
                  words.clausesOf(format.number(view.clauses)),
                  results.ofTerminals(pages.common.terminals(view.terminals)),
                ].join(' / ')}
              </p>
              <ExportLinks path={`/api/standards/${encodeURIComponent(id)}`} query={fleet} />
            </div>
            <ClauseTable standard={view} fleet={fleet} busy={standard.isPlaceholderData} />
            <AnswerLegend />
          </>
        )}
      </Answered>
    </>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { AnswerLegend } from '../../parts/answer-legend.tsx'
import { Answered } from '../../parts/answered.tsx'
import { ExportLinks } from '../../parts/export-links.tsx'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { clearedFleet, FleetFilter, useFleetQuery } from '../../parts/fleet-filter.tsx'
import { SearchBox } from '../../parts/search-box.tsx'
import { Select } from '../../parts/select.tsx'
import { shownStates } from '../../parts/state-counts.tsx'
import { Empty } from '../../parts/states.tsx'
import { useTitle } from '../../parts/title.ts'
import { setSearch, usePlace } from '../../route/location.ts'
import { chooseControls } from './choose-controls.ts'
import { ControlTable } from './control-table.tsx'

const refreshMs = 60_000

/** Every control with how many terminals are in which state, the worst first. */
export function ControlsPage() {
  const { pages, results, answerName, format } = useTexts()
  const words = results.controls
  const { search } = usePlace()
  const fleet = useFleetQuery()
  const state = shownStates.find((known) => known === search.get('state'))
  const q = search.get('q') ?? ''
  const view = useQuery({ ...queries.controls(fleet), refetchInterval: refreshMs })
  const setQ = useCallback((next: string) => setSearch({ q: next }), [])
  useTitle(words.title)
  const isFiltered = Object.keys(fleet).length > 0 || state !== undefined || q !== ''
  return (
    <>
      <div className="page-head">
        <h1>{words.title}</h1>
        <p className="hint">{words.lead}</p>
      </div>
      <FilterBar isFiltered={isFiltered} clear={() => setSearch({ ...clearedFleet, state: '', q: '' })}>
        <FleetFilter />
        <Select
          label={words.stateFilter}
          value={state ?? ''}
          options={shownStates}
          word={answerName}
          all={pages.common.all}
          onChange={(next) => setSearch({ state: next })}
        />
        <SearchBox label={words.text} value={q} onChange={setQ} />
      </FilterBar>
      <Answered query={view}>
        {({ rows, terminals, at }) => {
          const chosen = chooseControls(rows, { state, q })
          if (terminals === 0) {
            return (
              <Empty title={results.noTerminals}>
                <p>{isFiltered ? pages.terminals.emptyFilteredHow : results.noTerminalsHow}</p>
              </Empty>
            )
          }
          return (
            <>
              <div className="list-head">
                <p className="hint" role="status">
                  {results.ofTerminals(pages.common.terminals(terminals))} / {pages.time.at(format.dateTime(at))}
                </p>
                <ExportLinks path="/api/controls" query={fleet} />
              </div>
              {chosen.length === 0 && <Empty title={results.emptyFiltered} />}
              {chosen.length > 0 && <ControlTable rows={chosen} fleet={fleet} busy={view.isPlaceholderData} />}
              <AnswerLegend />
            </>
          )
        }}
      </Answered>
    </>
  )
}

import { useCallback } from 'react'
import type { AnswerState } from '../../../standards/coverage.ts'
import type { FleetQuery } from '../../api/results-contract.ts'
import { useTexts } from '../i18n/language.tsx'
import { setSearch, usePlace } from '../route/location.ts'
import { FilterBar } from './filter-bar.tsx'
import { clearedFleet, FleetFilter, firstPage, useFleetQuery } from './fleet-filter.tsx'
import { SearchBox } from './search-box.tsx'
import { Select } from './select.tsx'
import { shownStates } from './state-counts.tsx'

type Answering = FleetQuery & Readonly<{ state?: AnswerState; q?: string }>

/** Which terminals of a control or clause the address asks for. */
export function useAnsweringQuery(): Answering {
  const { search } = usePlace()
  const fleet = useFleetQuery()
  const state = shownStates.find((known) => known === search.get('state'))
  const q = search.get('q') ?? ''
  return { ...fleet, ...(state === undefined ? {} : { state }), ...(q === '' ? {} : { q }) }
}

export function AnsweringFilter() {
  const { pages, results, answerName } = useTexts()
  const query = useAnsweringQuery()
  const setQ = useCallback((next: string) => setSearch({ q: next, ...firstPage }), [])
  return (
    <FilterBar
      isFiltered={Object.keys(query).length > 0}
      clear={() => setSearch({ ...clearedFleet, state: '', q: '' })}
    >
      <Select
        label={results.state}
        value={query.state ?? ''}
        options={shownStates}
        word={answerName}
        all={pages.common.all}
        onChange={(next) => setSearch({ state: next, ...firstPage })}
      />
      <FleetFilter />
      <SearchBox label={results.text} value={query.q ?? ''} onChange={setQ} />
    </FilterBar>
  )
}

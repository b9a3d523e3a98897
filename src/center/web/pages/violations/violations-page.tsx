import { useCallback, useEffect, useMemo, useRef } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { useLive } from '../../live/live.tsx'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { firstPage, useFleetQuery, ZoneFilter } from '../../parts/fleet-filter.tsx'
import { usePaging } from '../../parts/pager.tsx'
import { SearchBox } from '../../parts/search-box.tsx'
import { Select } from '../../parts/select.tsx'
import { useTitle } from '../../parts/title.ts'
import { setSearch, usePlace } from '../../route/location.ts'
import { ViolationList } from './violation-list.tsx'

const filterSeverities = ['critical', 'high', 'medium', 'low'] as const

export function ViolationsPage() {
  const { pages, terms } = useTexts()
  const { search } = usePlace()
  const { zone } = useFleetQuery()
  const severity = filterSeverities.find((known) => known === search.get('severity'))
  const q = search.get('q') ?? ''
  const query = useMemo(
    () => ({
      ...(zone === undefined ? {} : { zone }),
      ...(severity === undefined ? {} : { severity }),
      ...(q === '' ? {} : { q }),
    }),
    [zone, severity, q],
  )
  const paging = usePaging()
  const setQ = useCallback((next: string) => setSearch({ q: next, ...firstPage }), [])
  useTitle(pages.violations.title)
  useSeenOnLeaving()
  const isFiltered = Object.keys(query).length > 0
  return (
    <>
      <div className="page-head">
        <h1>{pages.violations.title}</h1>
        <p className="hint">{pages.violations.lead}</p>
      </div>
      <FilterBar isFiltered={isFiltered} clear={() => setSearch({ zone: '', severity: '', q: '', ...firstPage })}>
        <ZoneFilter />
        <Select
          label={pages.violations.severityFrom}
          value={severity ?? ''}
          options={filterSeverities}
          word={(option) => pages.violations.andAbove(terms.severities[option])}
          all={pages.common.all}
          onChange={(next) => setSearch({ severity: next, ...firstPage })}
        />
        <SearchBox label={pages.violations.text} value={q} onChange={setQ} />
      </FilterBar>
      <ViolationList query={query} paging={paging} isFiltered={isFiltered} />
    </>
  )
}

/** Whoever leaves this page has seen what was on it. */
function useSeenOnLeaving(): void {
  const { arrivals, markSeen } = useLive()
  const newest = useRef(0)
  newest.current = arrivals[0]?.id ?? 0
  useEffect(
    () => () => {
      if (newest.current > 0) markSeen(newest.current)
    },
    [markSeen],
  )
}

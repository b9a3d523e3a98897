import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { type Overview, presenceStates, type TerminalsQuery } from '../../../api/contract.ts'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { PagedList } from '../../parts/answered.tsx'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { firstPage, useFleetQuery, ZoneFilter } from '../../parts/fleet-filter.tsx'
import { usePaging } from '../../parts/pager.tsx'
import { SearchBox } from '../../parts/search-box.tsx'
import { Select } from '../../parts/select.tsx'
import { Empty } from '../../parts/states.tsx'
import { useTitle } from '../../parts/title.ts'
import { setSearch, usePlace } from '../../route/location.ts'
import { HowToEnrol } from '../overview/how-to-enrol.tsx'
import { TerminalTable } from './terminal-table.tsx'

const rowsPerPage = 50
/** The stream tells of states; when each was last heard is asked for. */
const refreshMs = 30_000

export function TerminalsPage() {
  const { pages, terms } = useTexts()
  const { search } = usePlace()
  const { zone } = useFleetQuery()
  const state = presenceStates.find((known) => known === search.get('state'))
  const q = search.get('q') ?? ''
  const query = useMemo(
    (): TerminalsQuery => ({
      ...(zone === undefined ? {} : { zone }),
      ...(state === undefined ? {} : { state }),
      ...(q === '' ? {} : { q }),
    }),
    [zone, state, q],
  )
  const paging = usePaging()
  const list = useQuery({
    ...queries.terminals({
      ...query,
      limit: rowsPerPage,
      ...(paging.cursor === undefined ? {} : { cursor: paging.cursor }),
    }),
    refetchInterval: refreshMs,
  })
  const setQ = useCallback((next: string) => setSearch({ q: next, ...firstPage }), [])
  useTitle(pages.terminals.title)
  const isFiltered = Object.keys(query).length > 0
  return (
    <>
      <div className="page-head">
        <h1>{pages.terminals.title}</h1>
        <Total query={query} />
      </div>
      <FilterBar isFiltered={isFiltered} clear={() => setSearch({ zone: '', state: '', q: '', ...firstPage })}>
        <ZoneFilter />
        <Select
          label={pages.terminals.state}
          value={state ?? ''}
          options={presenceStates}
          word={(option) => terms.states[option]}
          all={pages.common.all}
          onChange={(next) => setSearch({ state: next, ...firstPage })}
        />
        <SearchBox label={pages.terminals.text} value={q} onChange={setQ} />
      </FilterBar>
      <PagedList
        query={list}
        name={`terminals ${JSON.stringify(query)}`}
        paging={paging}
        empty={
          isFiltered ? (
            <Empty title={pages.terminals.emptyFiltered}>
              <p>{pages.terminals.emptyFilteredHow}</p>
            </Empty>
          ) : (
            <HowToEnrol />
          )
        }
      >
        {(rows, busy) => <TerminalTable rows={rows} busy={busy} />}
      </PagedList>
    </>
  )
}

/** How many there are, from the overview's counts, which know zones and states but no text. */
function Total({ query }: Readonly<{ query: TerminalsQuery }>) {
  const { pages } = useTexts()
  const overview = useQuery(queries.overview())
  if (overview.data === undefined) return null
  const all = pages.common.terminals(countOf(overview.data, {}))
  if (query.q !== undefined) return <p className="hint">{`${pages.common.all} ${all}`}</p>
  const shown = pages.common.terminals(countOf(overview.data, query))
  return <p className="hint">{shown === all ? all : pages.terminals.ofTotal(shown, all)}</p>
}

function countOf(overview: Overview, { zone, state }: TerminalsQuery): number {
  return overview.zones
    .filter((counts) => zone === undefined || counts.zone === zone)
    .reduce((sum, counts) => sum + (state === undefined ? counts.terminals : counts.states[state]), 0)
}

import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { zones } from '../../../../protocol/zone.ts'
import { type Overview, presenceStates, type TerminalsQuery } from '../../../api/contract.ts'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { Pager, usePaging } from '../../parts/pager.tsx'
import { SearchBox } from '../../parts/search-box.tsx'
import { Select } from '../../parts/select.tsx'
import { Empty, ErrorState, Loading, StaleNote } from '../../parts/states.tsx'
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
  const zone = zones.find((known) => known === search.get('zone'))
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
  const setQ = useCallback((next: string) => setSearch({ q: next, cursor: '', page: '' }), [])
  useTitle(pages.terminals.title)
  const isFiltered = Object.keys(query).length > 0
  return (
    <>
      <div className="page-head">
        <h1>{pages.terminals.title}</h1>
        <Total query={query} />
      </div>
      <FilterBar isFiltered={isFiltered} clear={() => setSearch({ zone: '', state: '', q: '', cursor: '', page: '' })}>
        <Select
          label={pages.terminals.zone}
          value={zone ?? ''}
          options={zones}
          word={(option) => terms.zones[option]}
          all={pages.common.all}
          onChange={(next) => setSearch({ zone: next, cursor: '', page: '' })}
        />
        <Select
          label={pages.terminals.state}
          value={state ?? ''}
          options={presenceStates}
          word={(option) => terms.states[option]}
          all={pages.common.all}
          onChange={(next) => setSearch({ state: next, cursor: '', page: '' })}
        />
        <SearchBox label={pages.terminals.text} value={q} onChange={setQ} />
      </FilterBar>
      {list.data === undefined && list.isPending && <Loading />}
      {list.data === undefined && !list.isPending && (
        <ErrorState error={list.error} retry={() => void list.refetch()} />
      )}
      {list.data !== undefined && (
        <>
          <StaleNote error={list.error} />
          {list.data.rows.length === 0 && !isFiltered && <HowToEnrol />}
          {list.data.rows.length === 0 && isFiltered && (
            <Empty title={pages.terminals.emptyFiltered}>
              <p>{pages.terminals.emptyFilteredHow}</p>
            </Empty>
          )}
          {list.data.rows.length > 0 && <TerminalTable rows={list.data.rows} busy={list.isPlaceholderData} />}
          <Pager list={`terminals ${JSON.stringify(query)}`} paging={paging} nextCursor={list.data.nextCursor} />
        </>
      )}
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

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type EventKind, eventKinds } from '../../../../protocol/events.ts'
import type { TerminalEventsQuery } from '../../../api/contract.ts'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useLive } from '../../live/live.tsx'
import { PagedList } from '../../parts/answered.tsx'
import { Button } from '../../parts/button.tsx'
import { FilterBar } from '../../parts/filter-bar.tsx'
import { usePaging } from '../../parts/pager.tsx'
import { Select } from '../../parts/select.tsx'
import { Empty } from '../../parts/states.tsx'
import { setSearch, usePlace } from '../../route/location.ts'
import { EventTable } from './event-table.tsx'

const lanes = ['violation', 'chatter'] as const
const kindNames = Object.keys(eventKinds).filter((kind): kind is EventKind => kind in eventKinds)
const rowsPerPage = 50

/** The terminal's journal as the center holds it. New events wait behind a button: the list stands still. */
export function EventSection({ id }: Readonly<{ id: string }>) {
  const { pages, terms } = useTexts()
  const words = pages.terminal
  const { search } = usePlace()
  const lane = lanes.find((known) => known === search.get('lane'))
  const kind = kindNames.find((known) => known === search.get('kind'))
  const paging = usePaging()
  const query = useMemo(
    (): TerminalEventsQuery => ({
      limit: rowsPerPage,
      ...(lane === undefined ? {} : { lane }),
      ...(kind === undefined ? {} : { kind }),
      ...(paging.cursor === undefined ? {} : { cursor: paging.cursor }),
    }),
    [lane, kind, paging.cursor],
  )
  const list = useQuery(queries.terminalEvents(id, query))
  const fresh = useFreshCount(id, list.data?.rows[0]?.id ?? 0, paging.cursor === undefined && list.data !== undefined)
  const isFiltered = lane !== undefined || kind !== undefined
  return (
    <section aria-labelledby="events-title">
      <div className="section-head">
        <h2 id="events-title">{words.events}</h2>
        <span className="new-events" role="status">
          {fresh > 0 && (
            <>
              {words.newEvents(fresh)}
              <Button onPress={() => void list.refetch()}>{words.showNew}</Button>
            </>
          )}
        </span>
      </div>
      <FilterBar isFiltered={isFiltered} clear={() => setSearch({ lane: '', kind: '', cursor: '', page: '' })}>
        <Select
          label={words.lane}
          value={lane ?? ''}
          options={lanes}
          word={(option) => terms.lanes[option]}
          all={pages.common.all}
          onChange={(next) => setSearch({ lane: next, kind: '', cursor: '', page: '' })}
        />
        <Select
          label={words.kind}
          value={kind ?? ''}
          options={kindNames.filter((name) => lane === undefined || eventKinds[name].lane === lane)}
          word={(option) => terms.kinds[option]}
          all={pages.common.all}
          onChange={(next) => setSearch({ kind: next, cursor: '', page: '' })}
        />
      </FilterBar>
      <PagedList
        query={list}
        name={`events ${id} ${lane ?? ''} ${kind ?? ''}`}
        paging={paging}
        empty={<Empty title={isFiltered ? words.eventsNoneFiltered : words.eventsNone} />}
      >
        {(rows, busy) => <EventTable rows={rows} busy={busy} />}
      </PagedList>
    </section>
  )
}

function useFreshCount(id: string, newestShown: number, isFirstPage: boolean): number {
  const { arrivals } = useLive()
  if (!isFirstPage) return 0
  return arrivals.filter((row) => row.terminalId === id && row.id > newestShown).length
}

import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { ViolationsQuery } from '../../../api/contract.ts'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Announcer } from '../../live/announcer.tsx'
import { useLive } from '../../live/live.tsx'
import { decideShownRows } from '../../live/violation-rows.ts'
import { Pager, type Paging } from '../../parts/pager.tsx'
import { Empty, ErrorState, Loading, StaleNote } from '../../parts/states.tsx'
import { useIsHandled } from './is-handled.ts'
import { NewRowsBar } from './new-rows-bar.tsx'
import { ViolationTable } from './violation-table.tsx'

type ViolationListProps = Readonly<{
  query: ViolationsQuery
  /** Only the newest so many, without pages. */
  most?: number
  paging?: Paging
  isFiltered?: boolean
}>

/**
 * Violations, newest first; new ones join on top by themselves. While the reader's pointer or focus is in the list
 * they wait, so that nobody presses a row that moved away.
 */
export function ViolationList({ query, most, paging, isFiltered = false }: ViolationListProps) {
  const { pages } = useTexts()
  const { arrivals, seenUpTo, noteBaseline } = useLive()
  const wanted = paging?.cursor === undefined ? query : { ...query, cursor: paging.cursor }
  const list = useQuery(queries.violations({ ...wanted, limit: most ?? 50 }))
  const box = useRef<HTMLDivElement>(null)
  const isHandled = useIsHandled(box)
  const [upTo, setUpTo] = useState(Number.POSITIVE_INFINITY)
  const isLater = paging?.cursor !== undefined

  const { rows, waiting, newest } = useMemo(
    () => decideShownRows(list.data?.rows ?? [], isLater ? [] : arrivals, query, upTo),
    [list.data, arrivals, query, upTo, isLater],
  )
  useEffect(() => {
    setUpTo(isHandled ? (before) => Math.min(before, newest) : Number.POSITIVE_INFINITY)
  }, [isHandled, newest])
  useEffect(() => {
    if (list.data !== undefined && !isFiltered && !isLater) noteBaseline(list.data.rows[0]?.id ?? 0)
  }, [list.data, isFiltered, isLater, noteBaseline])

  if (list.data === undefined) {
    return list.isPending ? <Loading /> : <ErrorState error={list.error} retry={() => void list.refetch()} />
  }
  const shown = most === undefined ? rows : rows.slice(0, most)
  return (
    <div ref={box}>
      <Announcer />
      <StaleNote error={list.error} />
      <NewRowsBar waiting={waiting} rows={shown} seenUpTo={seenUpTo} show={() => setUpTo(newest)} />
      {shown.length === 0 && (
        <Empty title={isFiltered ? pages.violations.emptyFiltered : pages.violations.empty}>
          <p>{isFiltered ? pages.terminals.emptyFilteredHow : pages.violations.emptyHow}</p>
        </Empty>
      )}
      {shown.length > 0 && <ViolationTable rows={shown} seenUpTo={seenUpTo} busy={list.isPlaceholderData} />}
      {paging !== undefined && (
        <Pager list={`violations ${JSON.stringify(query)}`} paging={paging} nextCursor={list.data.nextCursor} />
      )}
    </div>
  )
}

import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Pager, type Paging } from './pager.tsx'
import { ErrorState, Loading, StaleNote } from './states.tsx'

type AnsweredProps<Data> = Readonly<{ query: UseQueryResult<Data>; children: (data: Data) => ReactNode }>

/** What was asked of the center: on its way, not to be had, had from before, or there. */
export function Answered<Data>({ query, children }: AnsweredProps<Data>) {
  if (query.data === undefined) {
    return query.isPending ? <Loading /> : <ErrorState error={query.error} retry={() => void query.refetch()} />
  }
  return (
    <>
      <StaleNote error={query.error} />
      {children(query.data)}
    </>
  )
}

type PageOf<Row> = Readonly<{ rows: readonly Row[]; nextCursor: string | null }>
type PagedListProps<Row, Page extends PageOf<Row>> = Readonly<{
  query: UseQueryResult<Page>
  /** Names the list with its filters. */
  name: string
  paging: Paging
  empty: ReactNode
  children: (rows: Page['rows'], busy: boolean) => ReactNode
}>

/** A list that comes page by page, or what to do where it is empty. */
export function PagedList<Row, Page extends PageOf<Row>>(props: PagedListProps<Row, Page>) {
  const { query, name, paging, empty, children } = props
  return (
    <Answered query={query}>
      {({ rows, nextCursor }) => (
        <>
          {rows.length === 0 ? empty : children(rows, query.isPlaceholderData)}
          <Pager list={name} paging={paging} nextCursor={nextCursor} />
        </>
      )}
    </Answered>
  )
}

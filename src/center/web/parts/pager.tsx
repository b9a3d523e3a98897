import { useTexts } from '../i18n/language.tsx'
import { setSearch, usePlace } from '../route/location.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

/** Cursors only lead forward: the way back is kept per list, while this page stays loaded. */
const trails = new Map<string, readonly string[]>()

export type Paging = Readonly<{ cursor: string | undefined; page: number }>

/** The page of a list that the address names. */
export function usePaging(): Paging {
  const { search } = usePlace()
  const cursor = search.get('cursor') ?? undefined
  return { cursor, page: cursor === undefined ? 1 : Math.max(2, Number(search.get('page')) || 2) }
}

type PagerProps = Readonly<{ list: string; paging: Paging; nextCursor: string | null }>

/** `list` names the list with its filters. */
export function Pager({ list, paging, nextCursor }: PagerProps) {
  const { pages } = useTexts()
  const { cursor, page } = paging
  if (cursor === undefined && nextCursor === null) return null
  const trail = trails.get(list) ?? []
  const forward = () => {
    if (nextCursor === null) return
    trails.set(list, [...trail.slice(0, page - 1), cursor ?? ''])
    move(nextCursor, page + 1)
  }
  const back = () => move(trail[page - 2] ?? '', page - 1)
  return (
    <nav className="pager" aria-label={pages.pager.label}>
      {page > 2 && <Button onPress={() => move('', 1)}>{pages.pager.first}</Button>}
      <Button onPress={back} isDisabled={cursor === undefined}>
        <Icon name="left" />
        {pages.pager.previous}
      </Button>
      <span aria-live="polite">{pages.pager.page(page)}</span>
      <Button onPress={forward} isDisabled={nextCursor === null}>
        {pages.pager.next}
        <Icon name="right" />
      </Button>
    </nav>
  )
}

function move(cursor: string, page: number): void {
  setSearch({ cursor, page: cursor === '' ? '' : String(page) })
  window.scrollTo(0, 0)
}

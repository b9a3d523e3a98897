import type { MouseEvent, ReactNode } from 'react'
import { goTo } from './location.ts'

type LinkProps = Readonly<{ to: string; className?: string; current?: boolean; children: ReactNode }>

/** An ordinary link (new tab, copy, middle click all work) that changes the page without loading it anew. */
export function Link({ to, className, current = false, children }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    goTo(to)
  }
  return (
    <a href={to} className={className} aria-current={current ? 'page' : undefined} onClick={follow}>
      {children}
    </a>
  )
}

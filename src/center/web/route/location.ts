import { useSyncExternalStore } from 'react'

/** Where the reader is: filters live in the address, so that back, reload and a sent link keep the place. */
export type Place = Readonly<{ path: string; search: URLSearchParams }>

const listeners = new Set<() => void>()
let shown = readPlace()

export function usePlace(): Place {
  return useSyncExternalStore(subscribe, () => shown)
}

export function goTo(address: string): void {
  history.pushState(null, '', address)
  arrive()
  window.scrollTo(0, 0)
}

/** Sets or (with '') drops parts of the address without a new entry in the browser's history. */
export function setSearch(changes: Readonly<Record<string, string>>): void {
  const search = new URLSearchParams(shown.search)
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') search.delete(name)
    else search.set(name, value)
  }
  const text = search.toString()
  history.replaceState(null, '', text === '' ? shown.path : `${shown.path}?${text}`)
  arrive()
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('popstate', arrive)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('popstate', arrive)
  }
}

function arrive(): void {
  shown = readPlace()
  for (const listener of listeners) listener()
}

function readPlace(): Place {
  return { path: location.pathname, search: new URLSearchParams(location.search) }
}

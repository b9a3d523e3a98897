import type { StoredEvent } from './store/records.ts'

/** What happens while the center runs, for whoever looks on. Nothing here is kept: the store is what is true. */
export type LiveEvent =
  | Readonly<{ name: 'violation'; event: StoredEvent }>
  | Readonly<{ name: 'terminal'; terminalId: string }>
  | Readonly<{ name: 'document-progress'; digest: string }>

export type LiveListener = (event: LiveEvent) => void

export type Live = Readonly<{
  publish(event: LiveEvent): void
  /** Answers the way to stop listening. */
  subscribe(listener: LiveListener): () => void
}>

export function createLive(): Live {
  const listeners = new Set<LiveListener>()
  return {
    publish(event) {
      for (const listener of listeners) listener(event)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

import { useSyncExternalStore } from 'react'

/** Whether the center has said, while somebody was at work, that the session is over. */
let ended = false
const listeners = new Set<() => void>()

export function useSessionEnded(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => ended,
  )
}

export function setSessionEnded(next: boolean): void {
  ended = next
  for (const listener of listeners) listener()
}

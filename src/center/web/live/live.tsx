import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import type { EventRow } from '../../api/contract.ts'
import { createCacheUpdates } from './cache-updates.ts'
import { type LiveState, type LiveStream, openLiveStream } from './stream.ts'

/** Arrivals kept for the lists: beyond that a reader pages or filters. */
const maxArrivals = 500

export type Live = Readonly<{
  state: LiveState
  /** When the connection was lost (ISO), while it is. */
  lostSince: string | null
  retryNow: () => void
  /** Violations that came by the stream, newest first. */
  arrivals: readonly EventRow[]
  /** The newest violation that the reader has seen; rows above it are marked as new. null before the first list came. */
  seenUpTo: number | null
  markSeen: (id: number) => void
  /** The first list that is shown says what was there before: only later ones are new. */
  noteBaseline: (id: number) => void
}>

const LiveContext = createContext<Live | null>(null)

type LiveProviderProps = Readonly<{ paused: boolean; signedOut: () => void; children: ReactNode }>

/** Holds the live stream while somebody is signed in, keeps the queries' answers up to date by it. */
export function LiveProvider({ paused, signedOut, children }: LiveProviderProps) {
  const client = useQueryClient()
  const stream = useRef<LiveStream | null>(null)
  const [state, setState] = useState<LiveState>('connecting')
  const [lostSince, setLostSince] = useState<string | null>(null)
  const [arrivals, setArrivals] = useState<readonly EventRow[]>([])
  const [seenUpTo, setSeenUpTo] = useState<number | null>(null)

  useEffect(() => {
    if (paused) return
    const updates = createCacheUpdates(client)
    const opened = openLiveStream({
      receive: (message) => {
        if (message.name === 'violation') {
          setSeenUpTo((seen) => seen ?? message.data.id - 1)
          setArrivals((before) => addArrival(before, message.data))
        }
        updates.receive(message)
      },
      changeState: (next) => {
        setState(next)
        setLostSince((since) => (next === 'lost' ? (since ?? new Date().toISOString()) : null))
      },
      signedOut,
    })
    stream.current = opened
    return () => {
      opened.close()
      updates.close()
    }
  }, [client, paused, signedOut])

  const retryNow = useCallback(() => stream.current?.retryNow(), [])
  const markSeen = useCallback((id: number) => setSeenUpTo((seen) => Math.max(seen ?? 0, id)), [])
  const noteBaseline = useCallback((id: number) => setSeenUpTo((seen) => seen ?? id), [])
  const live = useMemo(
    () => ({ state, lostSince, retryNow, arrivals, seenUpTo, markSeen, noteBaseline }),
    [state, lostSince, retryNow, arrivals, seenUpTo, markSeen, noteBaseline],
  )
  return <LiveContext value={live}>{children}</LiveContext>
}

export function useLive(): Live {
  const live = useContext(LiveContext)
  if (live === null) throw new Error('useLive outside LiveProvider')
  return live
}

function addArrival(before: readonly EventRow[], row: EventRow): readonly EventRow[] {
  if (before.some((known) => known.id === row.id)) return before
  return [row, ...before].toSorted((a, b) => b.id - a.id).slice(0, maxArrivals)
}

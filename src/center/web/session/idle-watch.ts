import { useEffect } from 'react'
import { commands } from '../api/queries.ts'
import { setSessionEnded } from './ended.ts'

const checkMs = 15_000
/** How often the other windows are told that somebody is there. */
const tellMs = 10_000
const signs = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const

/**
 * Ends the session when nobody has touched any window of it for `idleSeconds`. The center cannot tell: what the pages
 * ask by themselves looks to it like somebody at work.
 */
export function useIdleWatch(idleSeconds: number, isPaused: boolean): void {
  useEffect(() => {
    if (isPaused) return
    let lastMs = Date.now()
    let toldMs = 0
    const channel = new BroadcastChannel('tanmori.activity')
    const note = () => {
      lastMs = Date.now()
      if (lastMs - toldMs < tellMs) return
      toldMs = lastMs
      channel.postMessage('active')
    }
    channel.onmessage = () => {
      lastMs = Date.now()
    }
    const timer = setInterval(() => {
      if (Date.now() - lastMs < idleSeconds * 1000) return
      setSessionEnded(true)
      // Were the center not reachable now, its own idle limit ends the session: from here on nothing is asked.
      commands.signOut().catch(() => undefined)
    }, checkMs)
    for (const sign of signs) window.addEventListener(sign, note, { passive: true })
    return () => {
      clearInterval(timer)
      channel.close()
      for (const sign of signs) window.removeEventListener(sign, note)
    }
  }, [idleSeconds, isPaused])
}

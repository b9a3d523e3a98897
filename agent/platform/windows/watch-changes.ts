import type { Stoppable } from '../platform.ts'
import type { SystemEvents } from '../system-events.ts'

export type ChangeSources = Readonly<{
  /** Null where Windows tells of no changes. */
  subscribeNetwork(onChange: () => void): Stoppable | null
  /** What differs after a change; for looking again and again. */
  readNetwork(): string
  readSessions(): Promise<string>
  /** Null outside of the service. */
  events: SystemEvents | null
  timers: Readonly<{ every(delayMs: number, run: () => void): Stoppable }>
}>

export const changePolls = {
  /** Where nobody tells. */
  aloneMs: 10_000,
  /** Beside a source that tells, for what it might have missed. */
  besideMs: 60_000,
} as const

export function watchChanges(sources: ChangeSources, what: 'network' | 'sessions', onChange: () => void): Stoppable {
  return what === 'network' ? watchNetwork(sources, onChange) : watchSessions(sources, onChange)
}

function watchNetwork(sources: ChangeSources, onChange: () => void): Stoppable {
  const told = sources.subscribeNetwork(onChange)
  if (told !== null) return told
  return poll(sources, changePolls.aloneMs, async () => sources.readNetwork(), onChange)
}

function watchSessions(sources: ChangeSources, onChange: () => void): Stoppable {
  const told = sources.events?.onEvent(({ kind }) => {
    if (kind === 'session') onChange()
  })
  const delayMs = told === undefined ? changePolls.aloneMs : changePolls.besideMs
  const looking = poll(sources, delayMs, sources.readSessions, onChange)
  return {
    stop() {
      told?.stop()
      looking.stop()
    },
  }
}

function poll({ timers }: ChangeSources, delayMs: number, read: () => Promise<string>, onChange: () => void) {
  let last: string | null = null
  let isStopped = false
  let isLooking = false
  const look = async () => {
    if (isLooking) return
    isLooking = true
    const found = await read().catch(() => last) // a service that does not answer now is asked again
    isLooking = false
    const hasChanged = last !== null && found !== last
    last = found
    if (hasChanged && !isStopped) onChange()
  }
  void look()
  const timer = timers.every(delayMs, () => void look())
  return {
    stop() {
      isStopped = true
      timer.stop()
    },
  }
}

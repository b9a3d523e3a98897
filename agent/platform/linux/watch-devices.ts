import type { DeviceWatch, Stoppable } from '../platform.ts'
import type { Sightings } from './sightings.ts'
import { concernsDevices, type Uevent } from './uevent.ts'
import type { UeventSource } from './uevent-sources.ts'

const firstRetryMs = 1_000
const maxRetryMs = 60_000
const sensorId = 'guard.uevents'
const noSightings = { take: () => null }

/**
 * Listens to the first source that opens, and goes to the next when one is lost. Sources are tried in order, again and
 * again. A gap in the kernel's numbering counts as a change: what was missed is found by reading.
 */
export function watchUevents(
  sources: () => readonly UeventSource[],
  watch: DeviceWatch,
  sightings: Pick<Sightings, 'take'> = noSightings,
): Stoppable {
  let close: (() => void) | null = null
  let timer: NodeJS.Timeout | null = null
  let isStopped = false
  let retryMs = firstRetryMs
  let lastSequence = 0

  openNext([...sources()], 'no source')

  function openNext(left: readonly UeventSource[], reason: string): void {
    if (isStopped) return
    const [source, ...rest] = left
    if (source === undefined) {
      retryLater(reason)
      return
    }
    lastSequence = 0
    try {
      close = source.open({ onEvent: take, onLost: (why) => lost(source, rest, why) })
    } catch (error) {
      openNext(rest, `${source.name}: ${error instanceof Error ? error.message : String(error)}`)
      return
    }
    watch.onState({ id: sensorId, state: 'working', source: source.name, detail: reason === 'no source' ? '' : reason })
    watch.onChange() // whatever happened while nobody listened
  }

  function take(uevent: Uevent): void {
    retryMs = firstRetryMs
    const hasGap = lastSequence > 0 && uevent.sequence > lastSequence + 1
    lastSequence = Math.max(lastSequence, uevent.sequence)
    const left = sightings.take(uevent)
    if (left !== null) watch.onLeft?.(left)
    if (hasGap || concernsDevices(uevent)) watch.onChange()
  }

  function lost(source: UeventSource, rest: readonly UeventSource[], why: string): void {
    close?.()
    close = null
    const reason = `${source.name}: ${why}`
    watch.onState({ id: sensorId, state: 'failed', source: source.name, detail: reason })
    openNext(rest, reason)
  }

  function retryLater(reason: string): void {
    watch.onState({ id: sensorId, state: 'failed', source: 'none', detail: reason })
    timer = setTimeout(() => openNext([...sources()], reason), retryMs)
    timer.unref()
    retryMs = Math.min(retryMs * 2, maxRetryMs)
  }

  return {
    stop() {
      isStopped = true
      if (timer !== null) clearTimeout(timer)
      close?.()
    },
  }
}

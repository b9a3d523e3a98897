import type { DeviceWatch, Stoppable } from '../platform.ts'
import type { SystemEvents } from '../system-events.ts'

/** Where it is told that devices come and go. `open` rejects where it cannot; `onLost` is called at most once. */
export type DeviceSource = Readonly<{
  name: string
  open(listener: Readonly<{ onEvent(): void; onLost(reason: string): void }>): Promise<Stoppable>
}>

export type WatchDevicesDeps = Readonly<{
  /** In the order of trust; the first that opens is listened to. */
  sources: readonly DeviceSource[]
  /** The service's own device events, beside any of them; null outside of the service. */
  events: SystemEvents | null
  /** Something to look at that no device told of. */
  onOther(listener: () => void): Stoppable
}>

const sensorId = 'guard.uevents'

/** Listens to the first source that opens and goes to the next when one is lost; the service's events come on top. */
export function watchDevices({ sources, events, onOther }: WatchDevicesDeps, watch: DeviceWatch): Stoppable {
  let open: Stoppable | null = null
  let isStopped = false
  const told = events?.onEvent(({ kind }) => {
    if (kind === 'device') watch.onChange()
  })
  const other = onOther(() => watch.onChange())

  void openNext(sources, '')

  async function openNext(left: readonly DeviceSource[], reason: string): Promise<void> {
    const [source, ...rest] = left
    if (isStopped) return
    if (source === undefined) {
      watch.onState({ id: sensorId, state: 'failed', source: 'none', detail: reason })
      return
    }
    try {
      open = await source.open({ onEvent: () => watch.onChange(), onLost: (why) => lost(source, rest, why) })
    } catch (error) {
      await openNext(rest, `${source.name}: ${error instanceof Error ? error.message : String(error)}`)
      return
    }
    if (isStopped) return open.stop()
    watch.onState({ id: sensorId, state: 'working', source: source.name, detail: reason })
    watch.onChange() // whatever happened while nobody listened
  }

  function lost(source: DeviceSource, rest: readonly DeviceSource[], why: string): void {
    open?.stop()
    open = null
    if (isStopped) return
    const reason = `${source.name}: ${why}`
    watch.onState({ id: sensorId, state: 'failed', source: source.name, detail: reason })
    void openNext(rest, reason)
  }

  return {
    stop() {
      isStopped = true
      told?.stop()
      other.stop()
      open?.stop()
    },
  }
}

const lookMs = 3_000

/** The last resort: looks again and again. */
export function lookingSource(readNames: () => string): DeviceSource {
  return {
    name: `device tree, every ${lookMs / 1_000} seconds`,
    async open({ onEvent, onLost }) {
      let last = readNames()
      const timer = setInterval(() => {
        try {
          const found = readNames()
          const hasChanged = found !== last
          last = found
          if (hasChanged) onEvent()
        } catch (error) {
          clearInterval(timer)
          onLost(String(error))
        }
      }, lookMs)
      timer.unref()
      return { stop: () => clearInterval(timer) }
    },
  }
}

/** node-usb: USB alone, but another way to it. Its `usb` object ends the process where it cannot listen; this does not. */
export function usbSource(): DeviceSource {
  return {
    name: 'USB devices (node-usb)',
    async open({ onEvent }) {
      const { Emitter } = await import('usb/index.js')
      const emitter = new Emitter()
      await emitter.addAttach(onEvent)
      await emitter.addDetach(onEvent)
      return {
        stop() {
          // Ends with the process at the latest: nobody waits for it.
          void Promise.allSettled([emitter.removeAttach(), emitter.removeDetach()])
        },
      }
    },
  }
}

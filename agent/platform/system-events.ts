import type { Stoppable } from './platform.ts'

/** What a system's service control tells its service beside start and stop; on Linux nobody tells it this way. */
export type SystemEvent = SessionEvent | PowerEvent | DeviceEvent

export type SessionEvent = Readonly<{
  kind: 'session'
  change:
    | 'connected'
    | 'disconnected'
    | 'remote-connected'
    | 'remote-disconnected'
    | 'signed-in'
    | 'signed-out'
    | 'locked'
    | 'unlocked'
    | 'other'
  sessionId: number
}>

export type PowerEvent = Readonly<{ kind: 'power'; change: 'suspending' | 'resumed' | 'source-changed' | 'other' }>

/** `path` is the device's interface (`\\?\USB#VID_…`), '' where the system named none. Read again: it may tell too often. */
export type DeviceEvent = Readonly<{
  kind: 'device'
  change: 'arrived' | 'removed' | 'other'
  /** `{a5dcbf10-6530-11d2-901f-00c04fb951ed}`, lower case; null for an event that is not about an interface. */
  interfaceClass: string | null
  path: string
}>

export type SystemEvents = Readonly<{ onEvent(listener: (event: SystemEvent) => void): Stoppable }>

export type SystemEventSource = SystemEvents & Readonly<{ tell(event: SystemEvent): void }>

/** Listeners get every event from their asking on; one that throws keeps it from nobody else. */
export function createSystemEventSource(onError: (error: unknown) => void): SystemEventSource {
  const listeners = new Set<(event: SystemEvent) => void>()
  return {
    onEvent(listener) {
      listeners.add(listener)
      return { stop: () => listeners.delete(listener) }
    },
    tell(event) {
      for (const listener of listeners) {
        try {
          listener(event)
        } catch (error) {
          onError(error)
        }
      }
    },
  }
}

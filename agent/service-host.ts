import type { SystemEvents } from './platform/system-events.ts'

/**
 * Whoever started the agent to go on until it is told to end: a person, systemd, or Windows' service control manager.
 * The agent itself knows no more of them than this.
 */
export type ServiceHost = Readonly<{
  /** Resolves with what asked for the end: a signal's name, `stop`, `preshutdown`. */
  untilStopped: () => Promise<string>
  /** The terminal is protected from now on: whoever waits for the start may go on. */
  ready: () => void
  /** Sockets that systemd handed over; the first one brings the kernel's uevents. */
  systemdSocketCount: number
  /** Where the program's log goes, a line at a time; null: standard error. */
  writeLog: ((line: string) => void) | null
  /** Sessions, power and devices as the service control manager tells of them; null where nobody does. */
  events: SystemEvents | null
}>

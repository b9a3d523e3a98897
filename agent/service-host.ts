import type { NewEvent } from '../src/protocol/events.ts'
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
  /** Takes every event of the journal for the system's own log; null where the program's log is that. */
  tellSystem: ((event: NewEvent) => void) | null
}>

/** The service of this program as the system keeps it, where the program itself has to see to that (Windows). */
export type OwnService = Readonly<{
  /** Makes it where it is not there, and sets all that belongs to it. */
  install(): ServiceChanges
  /** Sets what is not as it should be; `not-running` where there is no service. */
  configure(): ServiceChanges
  /** False where there was none. It is stopped first. */
  uninstall(): Promise<boolean>
  start(): Promise<ServiceState>
  stop(): Promise<ServiceState>
  status(): ServiceState
}>

/** Asked for before anything else is loaded: the service control manager waits for a process only so long. */
export type ServiceStart = Readonly<{
  /** Null where this process was started by somebody else than the service control manager. */
  connection: Promise<ServiceConnection | null>
  /** What there was to note until then, and from then on. */
  onNote(take: ServiceNotes): void
}>

export type ServiceNotes = (fields: Readonly<Record<string, unknown>>, message: string) => void

export type ServiceConnection = Readonly<{
  untilStopped(): Promise<string>
  running(): void
  /** The last call of all: the process ends in it. */
  stopped(exitStatus: number): Promise<void>
  events: SystemEvents
  tellSystem(event: NewEvent): void
  /** Told before `stopped` where the agent did not come up. */
  failedToStart(error: string): void
}>

/** `unheld`: set, and not there when read back, or not to be read: this system does not keep it. */
export type ServiceChanges = Readonly<{
  isNew: boolean
  changed: readonly Readonly<{ item: string; wanted: string; came: string }>[]
  refused: readonly Readonly<{ item: string; detail: string }>[]
  unheld: readonly string[]
}>

export type ServiceState = Readonly<{
  state: 'missing' | 'stopped' | 'starting' | 'stopping' | 'running' | 'other'
  pid: number | null
  /** How it ended last, as Windows numbers it; null while it runs. */
  exitCode: number | null
}>

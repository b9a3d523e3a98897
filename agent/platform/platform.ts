import type { Access, BlockableClass, Device } from '../../src/policy/device.ts'

/**
 * What the agent asks of an operating system. Every promise is written here in words; where a system cannot keep one,
 * `capabilities` says so, and the method answers instead of throwing. Nothing here decides: decisions come in.
 */
export type Platform = Readonly<{
  capabilities: PlatformCapabilities
  /** Every device that is plugged in now, permitted or not; never the machine's own controllers. Limits: `maxDevices`. */
  readDevices(): Promise<readonly SeenDevice[]>
  /** Tells of every change of a device until `stop`. May tell too often, never too seldom without saying so by `onState`. */
  watchDevices(watch: DeviceWatch): Stoppable
  /** Asks for the default deny that holds without the agent, or takes it away. Slow parts go on in the background. */
  applyBaseline(wanted: Baseline): Promise<void>
  /** What is so now: read from the system, not remembered. */
  observeBaseline(wanted: Baseline): Promise<BaselineObservation>
  /** Opens or closes functions of one device. Throws `platform.failed` where the system refused. */
  applyAccess(device: Device, changes: readonly AccessChange[]): Promise<void>
  /** What is really so of each function of the device. A device that is gone: every function `gone`. */
  observe(device: Device): Promise<readonly FunctionObservation[]>
  /** Sign-in sessions of people; remote ones included. */
  readSessions(): Promise<readonly Session[]>
  /** Shows a sentence to whoever sits at the terminal. No session, no error. */
  notify(notice: Notice): Promise<void>
  readMachine(): Promise<Machine>
  /** Tells of files read from and written to the media behind `nodes()`, until `stop`. */
  watchFiles(watch: FileWatch): Stoppable
  /** A small text that survives a restart, or null. `keep` returns once it would survive a power cut. */
  readKept(name: string): Promise<string | null>
  keep(name: string, text: string): Promise<void>
}>

export const platformLimits = { maxDevices: 512, maxKeptBytes: 1_048_576 } as const

export type Stoppable = Readonly<{ stop(): void }>
export type Notice = Readonly<{ ja: string; en: string }>

export type PlatformCapabilities = Readonly<{
  /** Classes for which read-only really holds. */
  readOnly: readonly BlockableClass[]
  /** `default-deny`: new devices stay closed though the agent is dead. `none`: nothing can be refused here. */
  blocking: 'default-deny' | 'none'
  /** Whether files read from media can be told, not only files written. */
  carryIn: boolean
}>

/** `instance` differs for every plugging-in, also of the same unit at the same port. */
export type SeenDevice = Readonly<{ device: Device; instance: string }>

export type DeviceWatch = Readonly<{
  /** Something changed: read again. */
  onChange(): void
  onState(state: WatchState): void
}>

/** `source` in a few words: `kernel uevents (systemd socket)`. A lost source is tried again until `stop`. */
export type WatchState = Readonly<{ id: string; state: 'working' | 'failed'; source: string; detail: string }>

export type Baseline = Readonly<{ mode: 'off' } | { mode: 'on'; classes: Readonly<Record<BlockableClass, Access>> }>

/** `differs`: not there yet, or changed by somebody. `unsupported`: cannot be on this machine, for the reason in `detail`. */
export type BaselineObservation = Readonly<{
  state: 'in-force' | 'differs' | 'unsupported'
  detail: string
}>

export type AccessChange = Readonly<{ key: string; access: Access }>

export type FunctionObservation = Readonly<{
  key: string
  state: 'open' | 'closed' | 'gone'
  driver: string | null
  nodes: readonly Readonly<{ name: string; isReadOnly: boolean }>[]
  /** Read-only by the default deny or by its mark; not the write-protect switch of the medium itself. */
  isHeld: boolean
  /** Holds a file system that the system itself runs from: must never be closed. */
  isSystem: boolean
}>

export type Session = Readonly<{ id: string; user: string; uid: number; isActive: boolean; isRemote: boolean }>

/** `hardware`: SHA-256 over stable facts of the machine, lower-case hexadecimal. */
export type Machine = Readonly<{ hostname: string; os: string; bootId: string; hardware: string }>

export type FileWatch = Readonly<{
  /** Block nodes whose file systems are to be watched, asked again and again. */
  nodes(): readonly string[]
  onFile(file: CarriedFile): void
  onState(state: Readonly<{ state: 'working' | 'degraded' | 'failed' | 'off'; detail: string }>): void
}>

/** `sha256` null: too large, or gone before it could be read; `note` says which. */
export type CarriedFile = Readonly<{
  direction: 'out' | 'in'
  node: string
  path: string
  size: number
  sha256: string | null
  user: string
  note: string
}>

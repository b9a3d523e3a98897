import type { Raw, Reading } from '../../src/checks/reading.ts'
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
  /** Before the agent ends: all that the platform put back by itself, what it has not told yet too. None where it never does. */
  endRestorations(): Promise<readonly Restoration[]>
  /** Opens or closes functions of one device. Throws `platform.failed` where the system refused. */
  applyAccess(device: Device, changes: readonly AccessChange[]): Promise<void>
  /**
   * Before the machine goes down: takes back what single units are excepted from the default deny, and excepts none any
   * more. What is refused stays so. On Linux there is nothing to do: exceptions are marks in /run, which is empty at boot,
   * and its service takes them back however the agent ended.
   */
  withdrawExceptions(): Promise<Withdrawal>
  /** What is really so of each function of the device. A device that is gone: every function `gone`. */
  observe(device: Device): Promise<readonly FunctionObservation[]>
  /** Sign-in sessions of people; remote ones included. */
  readSessions(): Promise<readonly Session[]>
  /** Media that are held back for a scan; null where this system cannot hold them. */
  heldMedia: HeldMedia | null
  scanner: Scanner
  /** Asks for the terminal to be cut off the network, or let back. Done in the background, and over restarts. */
  applyQuarantine(wanted: QuarantineWanted): Promise<void>
  /** What is so now, as whoever keeps it up saw it last. */
  observeQuarantine(wanted: QuarantineWanted): Promise<QuarantineObservation>
  /** Name servers that the machine is set up with, as addresses. */
  readResolvers(): Promise<readonly string[]>
  /** Shows a sentence to whoever sits at the terminal. No session, no error. */
  notify(notice: Notice): Promise<void>
  readMachine(): Promise<Machine>
  /** Takes away what the agent keeps of the machine outside of its own folders, before it is taken off. */
  forget(): Promise<void>
  /** Tells of files read from and written to the media behind `nodes()`, until `stop`. */
  watchFiles(watch: FileWatch): Stoppable
  /** A small text that survives a restart, or null. `keep` returns once it would survive a power cut. */
  readKept(name: string): Promise<string | null>
  keep(name: string, text: string): Promise<void>
  /**
   * Reads one thing for a check, as data. Never rejects: what could not be read is a `failed` with its reason. A program
   * runs without a shell, from the system's own folders, at the lowest priority, with its language set to none, and is
   * killed with all that it started once a limit is reached.
   */
  read(reading: SystemReading, limits: ReadLimits): Promise<Raw>
  /**
   * Tells that something at or below one of the paths changed, until `stop`; may tell too often. `~` stands for the home
   * of every person of this machine, `*` and `?` for parts of a name; a path that is not there yet is watched for.
   */
  watchPaths(watch: PathWatch): Stoppable
  /** Tells that the network (links, addresses, routes) or the sign-in sessions may have changed, until `stop`. */
  watchChanges(what: 'network' | 'sessions', onChange: () => void): Stoppable
  /** The agent's own program, service and rules as they lie on disk, and what the package manager says of them. */
  readOwnFiles(): Promise<readonly OwnFile[]>
  /** CPU time in milliseconds of this process and of every program that it ran and waited for. */
  readCpuMs(): number
}>

export const platformLimits = {
  maxDevices: 512,
  maxKeptBytes: 1_048_576,
  /** Entries of one directory reading; more is `isTruncated`. */
  maxDirectoryEntries: 20_000,
  /** An executable larger than this has no digest. */
  maxDigestBytes: 512 * 1_048_576,
  maxErrorOutputBytes: 65_536,
  /** Files and folders watched at once, over all checks, and how deep below a path. */
  maxWatchedEntries: 4_000,
  maxWatchDepth: 3,
} as const

export type Stoppable = Readonly<{ stop(): void }>

/** What an operating system is asked for; `agent` readings are answered by the agent itself. */
export type SystemReading = Exclude<Reading, { kind: 'agent' }>
export type ReadLimits = Readonly<{ timeoutMs: number; maxBytes: number; signal?: AbortSignal }>

/** `isAsPackaged` null: no package brought it. `sha256` null: it is gone (`missing`) or could not be read. */
export type OwnFile = Readonly<{
  path: string
  role: 'executable' | 'unit' | 'rules'
  sha256: string | null
  isMissing: boolean
  modifiedAt: string | null
  isAsPackaged: boolean | null
}>

export type PathWatch = Readonly<{
  paths: readonly string[]
  /** `path` is the one of `paths` at or below which it happened. */
  onChange(path: string): void
  onState(state: Readonly<{ state: 'working' | 'degraded' | 'failed'; detail: string }>): void
}>

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
  /** A device left, as it was seen when it came: it may have been in for too short a time to be read by whoever decides. */
  onLeft?(sighting: Sighting): void
}>

/**
 * `instance` null: it was gone before even that could be read, and only the system's own words of it are known. The times
 * are those of being told, which are later where the agent stood still or did not run.
 */
export type Sighting = Readonly<{ device: Device; instance: string | null; cameAtMs: number; leftAtMs: number }>

/** `source` in a few words: `kernel uevents (systemd socket)`. A lost source is tried again until `stop`. */
export type WatchState = Readonly<{ id: string; state: 'working' | 'failed'; source: string; detail: string }>

/** `isScanned`: what is opened stays root's alone until its medium was scanned and cleared, with the agent dead too. */
export type Baseline = Readonly<
  { mode: 'off' } | { mode: 'on'; classes: Readonly<Record<BlockableClass, Access>>; isScanned?: boolean }
>

/** `differs`: not there yet, or changed by somebody. `unsupported`: cannot be on this machine, for the reason in `detail`. */
export type BaselineObservation = Readonly<{
  state: 'in-force' | 'differs' | 'unsupported'
  /**
   * Where this process never asked for it, as one that only looks: `same` is all that would be asked for, `other` also
   * where the agent has excepted single units. Left out where a system makes no difference between processes.
   */
  elsewhere?: 'same' | 'other'
  detail: string
  /** What somebody changed and the platform itself put back, the newest last; absent where it never does. */
  restored?: readonly Restoration[]
}>

/** `id` rises with every case while this process runs. */
export type Restoration = Readonly<{ id: number; at: string; detail: string }>

/** `units`: what was excepted. `failure`: why some of it may still be; '' where it was read back that none is. */
export type Withdrawal = Readonly<{ units: readonly string[]; failure: string }>

export type HeldMedia = Readonly<{
  /** The disks behind one function as they are now; none before its driver has made any. */
  observe(device: Device, key: string): Promise<readonly HeldDisk[]>
  /** Mounts every volume read-only where no user sees it. Throws `platform.failed` where nobody does it in time. */
  mount(key: string, timeoutMs: number): Promise<readonly HeldVolume[]>
  unmount(key: string): Promise<void>
  /** Lets users at these disks, as the function's access says. */
  clear(disks: readonly HeldDisk[]): Promise<void>
}>

/** `id` differs for every medium that comes, another disc in the same drive too; null where the system cannot tell. */
export type HeldDisk = Readonly<{
  name: string
  id: string | null
  isHeld: boolean
  isCleared: boolean
  /** A drive or reader with nothing in it. */
  isEmpty: boolean
}>

export type HeldVolume = Readonly<{
  node: string
  type: string
  state: 'mounted' | 'blank' | 'encrypted' | 'unreadable' | 'unsupported'
  /** Where it is mounted; '' otherwise. */
  point: string
}>

/** Whatever looks for malware: ClamAV here, another product behind the same promises elsewhere. */
export type Scanner = Readonly<{
  /** What would scan now; null: nothing is there, for the reason that `scan` gives. */
  describe(): Promise<ScannerVersion | null>
  /** Every file below a folder, links not followed, until `signal`. Throws `platform.failed` where nothing scans. */
  scan(folder: string, signal: AbortSignal): Promise<FolderScan>
}>
export type ScannerVersion = Readonly<{ engine: string; database: string }>

/** A file that could not be scanned is a problem, never clean. */
export type FolderScan = Readonly<{
  files: number
  bytes: number
  infected: readonly Readonly<{ path: string; signature: string }>[]
  problems: readonly Readonly<{ path: string; why: 'too-large' | 'unreadable' | 'failed' | 'too-many' | 'timeout' }>[]
}>

/** `on` leaves these reachable and nothing else; with neither, all but the machine itself is cut. */
export type QuarantineWanted = Readonly<
  { mode: 'off' } | { mode: 'on'; center: readonly Endpoint[]; resolvers: readonly string[] }
>
export type Endpoint = Readonly<{ address: string; port: number }>

/**
 * `differs`: not there yet, or nobody looked for too long. `restored`: how often it was taken away by somebody and put
 * back, since the machine started, or since it was asked for where what stands outlives a start.
 */
export type QuarantineObservation = Readonly<{
  state: 'in-force' | 'differs' | 'failed' | 'unsupported'
  detail: string
  restored: number
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

/**
 * `user` as a grant names it: on Windows `CITY\yamada` of a domain, `yamada` of the terminal itself. `uid`: the user's number
 * on Linux, the SID on Windows, '' where the system did not tell it. `isActive`: in front of somebody now.
 */
export type Session = Readonly<{ id: string; user: string; uid: number | string; isActive: boolean; isRemote: boolean }>

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

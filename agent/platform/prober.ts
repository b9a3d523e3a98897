import type { Sentence } from '../../src/checks/result.ts'

/**
 * What `tanmori doctor --prove` asks of an operating system beyond `Platform`. Everything here is tried by a process of
 * its own with an administrator's rights, beside the agent; nothing may open what is closed, and what is changed is put
 * back by the agent's own watch though this process be killed.
 */
export type Prober = Readonly<{
  isAdministrator(): boolean
  readSystem(): Promise<SystemName>
  /** The agent's service as its manager tells of it. */
  readService(): Promise<ServiceState>
  /** Ends the service's own process at once, without a word to it. Throws `platform.failed`. */
  killService(pid: number): Promise<void>
  /** For a service that did not come back by itself. Throws `platform.failed`. */
  startService(): Promise<void>
  /** Who beside administrators may write (or read what is secret) of the agent's own files and folders. */
  readProtection(paths: readonly GuardedPath[]): Promise<readonly PathProtection[]>
  /** What an ordinary user meets at the agent's door for administrators. */
  tryDoor(runDir: string): Promise<DoorTrial>
  /** Tries to write to what these nodes hold, through every mount and through the devices, and writes nothing. */
  tryWrites(nodes: readonly string[]): Promise<readonly WriteTrial[]>
  /** A change of our own that opens nothing; null where nothing of ours is in force, which could be changed. */
  prepareTampering(): Promise<Tampering | null>
  /** Calls of this system alone; what is asked through `Platform` is not repeated here. */
  calls(): readonly ProberCall[]
}>

/** `standIn`: it is not the system itself but something in its place, as Wine is in that of Windows. */
export type SystemName = Readonly<{ os: string; build: string; standIn: string | null }>

export type ServiceState = Readonly<
  | { state: 'none'; detail: string }
  | {
      state: 'installed'
      startsAtBoot: boolean
      /** Set to be started again after it ended unasked. */
      restarts: boolean
      /** Null: it does not run. */
      pid: number | null
      detail: string
    }
>

/** `isSecret`: users must not read it either. */
export type GuardedPath = Readonly<{ path: string; isSecret: boolean }>
export type PathProtection = Readonly<{
  path: string
  state: 'protected' | 'open' | 'missing' | 'unknown'
  /** `0755 root`, or who may write. */
  detail: string
}>

export type DoorTrial = Readonly<{ state: 'refused' | 'open' | 'missing' | 'unknown'; detail: string }>

export type WriteTrial = Readonly<{
  way: 'mount' | 'device'
  /** `/media/clerk/STICK`, `/dev/sdb1`, `E:` */
  target: string
  state: 'refused' | 'got-through' | 'unknown'
  detail: string
}>

export type Tampering = Readonly<{
  what: Sentence
  change(): Promise<void>
  isPutBack(): Promise<boolean>
  /** Puts it back itself, where nobody else did. */
  undo(): Promise<void>
}>

/** `call` answers in a few words; it rejects with `platform.unsupported` for what this build does not have. */
export type ProberCall = Readonly<{ name: string; call(): Promise<string> }>

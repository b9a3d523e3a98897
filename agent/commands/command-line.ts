import type { Invocation } from '../config.ts'
import type { ServiceStart } from '../service-host.ts'

/** What a command touches of the outside. */
export type CommandLine = Readonly<{
  invocation: Invocation
  now: () => Date
  write: (text: string) => void
  writeError: (text: string) => void
  readInput: (maxBytes: number) => Promise<string>
  untilStopped: () => Promise<string>
  /** Where Windows may have started this as its service; asked for before anything was loaded. */
  serviceStart?: ServiceStart | null
  /** Asks whoever sits there; null, or left out, where nobody does. */
  confirm?: (question: string) => Promise<boolean | null>
}>

import type { Log } from '../../log.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Catalogue } from '../catalogue.ts'
import type { Clock } from '../clock.ts'
import type { Documents } from '../documents/documents.ts'
import type { TryPolicy } from '../dry-run/one-at-a-time.ts'
import type { Live } from '../live.ts'
import type { Store } from '../store/store.ts'

/** What the routes of the console need. */
export type ConsoleDeps = Readonly<{
  store: Store
  clock: Clock
  log: Log
  live: Live
  accounts: Accounts
  documents: Documents
  catalogue: Catalogue
  tryPolicy: TryPolicy
  /** Since when presence is judged. */
  watchingSince: () => Date
  /** Closes the terminal's session; the store is told already. */
  onRevoked: (terminalId: string) => void
  limits: ConsoleLimits
}>

export type ConsoleLimits = Readonly<{
  maxBodyBytes: number
  /** Open live streams, over all and per user. */
  maxStreams: number
  maxStreamsPerUser: number
  /** A stream that reads so slowly that more than this waits for it is told to fetch again instead. */
  maxStreamBufferBytes: number
  /** Violations that are told again when a stream comes back. */
  maxResumed: number
  keepAliveMs: number
}>

export const defaultConsoleLimits: ConsoleLimits = {
  maxBodyBytes: 1_572_864,
  maxStreams: 200,
  maxStreamsPerUser: 10,
  maxStreamBufferBytes: 262_144,
  maxResumed: 500,
  keepAliveMs: 15_000,
}

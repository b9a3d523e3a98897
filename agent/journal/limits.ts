/** Every bound of the journal; agent.yaml may move the first four. */
export type JournalLimits = Readonly<{
  /** Acknowledged lines older than this leave the head of the journal. */
  retentionDays: number
  /** Acknowledged lines leave while the database is larger than this. */
  maxBytes: number
  /** Chatter not yet acknowledged beyond this is counted, not kept. */
  maxChatterBytes: number
  /** No new chatter while the oldest chatter has waited longer than this. */
  maxChatterAgeMs: number
  /** One event's canonical bytes; larger data is cut and says so. */
  maxEventBytes: number
  /** How long chatter may wait for its commit. */
  commitDelayMs: number
  /** Size of the file that is set aside beforehand for a full disk. */
  reserveBytes: number
  /** Events held in memory while nothing can be written. */
  maxPendingEvents: number
  /** How long one statement waits for another process's lock; the guard waits with it, so it is short. */
  busyTimeoutMs: number
  /** Pause between two attempts to write again. */
  retryMs: number
  /** A clock that goes back less than this is the time service at work. */
  clockToleranceMs: number
  /** Dropped chatter is summed over this long, then written as one event. */
  droppedWindowMs: number
  /** Pause between two rounds of retention and of looking whether the file is still there. */
  upkeepMs: number
}>

export const defaultJournalLimits: JournalLimits = {
  retentionDays: 400,
  maxBytes: 512 * 1024 * 1024,
  maxChatterBytes: 8 * 1024 * 1024,
  maxChatterAgeMs: 7 * 86_400_000,
  maxEventBytes: 32 * 1024,
  commitDelayMs: 200,
  reserveBytes: 2 * 1024 * 1024,
  maxPendingEvents: 10_000,
  busyTimeoutMs: 100,
  retryMs: 1_000,
  clockToleranceMs: 5_000,
  droppedWindowMs: 60_000,
  upkeepMs: 60_000,
}

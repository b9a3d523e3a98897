/** Every bound of the collector; `center.yaml` moves the two of presence, tests move any. */
export type CollectorLimits = Readonly<{
  maxFrameBytes: number
  /** Body of `POST /enrol`. */
  maxEnrolBytes: number
  /** Connections that have not yet proved who they are, over all and from one address. */
  maxUnproved: number
  maxUnprovedPerAddress: number
  /** From the first byte to a proved identity: TLS, HTTP upgrade and `hello`, each. */
  handshakeMs: number
  /** Attempts to enrol per address and minute. */
  enrolPerMinute: number
  /** What `welcome` paces a terminal to, and the burst it may make at once. */
  maxEventsPerSecond: number
  burstEvents: number
  /** Events of one session that wait for their commit before its socket is read on. */
  maxWaitingEvents: number
  /** A session that reads so slowly that more than this waits for it is closed. */
  maxBufferedBytes: number
  /** Events gathered over all sessions into one commit: at most this many, for at most this long. */
  maxCommitEvents: number
  commitDelayMs: number
  /** Not heard for this long: silent, and its connection is closed. 2.5 heartbeats. */
  silentAfterMs: number
  /** Not heard for this long while the collector was awake: offline. */
  offlineAfterMs: number
  /** How often presence is judged; a tick that comes `sleptAfterMs` late means that the collector slept. */
  tickMs: number
  sleptAfterMs: number
  /** How far back a terminal is asked again where its history parted from the one held. */
  reaskEvents: number
}>

export const defaultCollectorLimits: CollectorLimits = {
  maxFrameBytes: 1_048_576,
  maxEnrolBytes: 32_768,
  maxUnproved: 1_024,
  maxUnprovedPerAddress: 256,
  handshakeMs: 10_000,
  enrolPerMinute: 30,
  maxEventsPerSecond: 200,
  burstEvents: 1_000,
  maxWaitingEvents: 1_000,
  maxBufferedBytes: 8 * 1_048_576,
  maxCommitEvents: 2_000,
  commitDelayMs: 4,
  silentAfterMs: 75_000,
  offlineAfterMs: 180_000,
  tickMs: 5_000,
  sleptAfterMs: 10_000,
  reaskEvents: 1_000,
}

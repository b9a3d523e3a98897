/** Every bound and time of the connection; what both sides hold is in `src/protocol/messages.ts`. */
export type UplinkLimits = Readonly<{
  /** TCP, TLS and the WebSocket upgrade together. */
  connectMs: number
  /** From `hello` to `welcome`. */
  welcomeMs: number
  /** Longest time from a batch to its acknowledgement. */
  ackMs: number
  heartbeatMs: number
  /** Changes within this are told once. */
  coalesceMs: number
  /** Results of checks within this are told once: each time all of them are. */
  coalesceChecksMs: number
  /** The first and the longest span that a wait before reconnecting is drawn from. */
  firstDelayMs: number
  maxDelayMs: number
  /** A connection that lasted this long has proved itself: the next wait begins short again. */
  provedAfterMs: number
  /** Events sent and not yet acknowledged. */
  maxInFlight: number
  /** Bytes that may wait in the socket before more events are handed to it. */
  maxBufferedBytes: number
  /** Messages of the collector taken at once and per second; more ends the connection. */
  maxMessagesAtOnce: number
  maxMessagesPerSecond: number
}>

export const defaultUplinkLimits: UplinkLimits = {
  connectMs: 15_000,
  welcomeMs: 15_000,
  ackMs: 60_000,
  heartbeatMs: 30_000,
  coalesceMs: 200,
  coalesceChecksMs: 2_000,
  firstDelayMs: 500,
  maxDelayMs: 60_000,
  provedAfterMs: 30_000,
  maxInFlight: 1_000,
  maxBufferedBytes: 4 * 1_048_576,
  maxMessagesAtOnce: 1_000,
  maxMessagesPerSecond: 200,
}

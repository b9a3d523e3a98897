import type { JournalEvent } from '../../src/protocol/events.ts'
import { limits as protocolLimits } from '../../src/protocol/messages.ts'
import type { Journal } from '../journal/journal.ts'
import type { Timers } from '../timers.ts'
import type { UplinkLimits } from './limits.ts'
import { Pace } from './pace.ts'

export type SenderDeps = Readonly<{
  journal: Pick<Journal, 'unacknowledged' | 'acknowledge'>
  /** Hands one batch to the socket. */
  send: (events: readonly JournalEvent[]) => void
  bufferedBytes: () => number
  /** The collector let a batch lie for too long. */
  onStalled: () => void
  timers: Timers
  nowMs: () => number
  limits: UplinkLimits
}>

/** While the collector's pace holds back: batches of a moment, not single lines. */
const gatherMs = 100
/** Pause while the socket is full. */
const drainMs = 100
/** Room in a frame for what is around the events. */
const frameOverheadBytes = 1_024

/**
 * Sends the journal from where the collector asks: in order, at the pace it sets, never more than a window ahead of
 * its acknowledgements. What is sent again is recognised by (terminal, seq); nothing is skipped.
 */
export class EventSender {
  readonly #deps: SenderDeps
  #pace: Pace | null = null
  #nextSeq = 1
  #inFlight: readonly Readonly<{ lastSeq: number; count: number }>[] = []
  #isPumping = false
  #cancelPump: (() => void) | null = null
  #cancelStall: (() => void) | null = null

  constructor(deps: SenderDeps) {
    this.#deps = deps
  }

  /** At the welcome, and again whenever the collector asks for lines once more. */
  startAt(nextSeq: number, maxEventsPerSecond: number): void {
    this.#pace = new Pace({ perSecond: maxEventsPerSecond, atOnce: maxEventsPerSecond, nowMs: this.#deps.nowMs })
    this.#nextSeq = nextSeq
    this.#inFlight = []
    this.#watchStall()
    this.pump()
  }

  /** Everything up to `upTo` is committed there; only what was sent can be. */
  acknowledge(upTo: number): void {
    const sent = Math.min(upTo, this.#nextSeq - 1)
    this.#deps.journal.acknowledge(sent)
    this.#inFlight = this.#inFlight.filter(({ lastSeq }) => lastSeq > sent)
    this.#watchStall()
    this.pump()
  }

  /** Sends what may be sent now. Reading the journal may commit, and a commit asks for a pump: once is enough. */
  pump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    this.#cancelPump?.()
    this.#cancelPump = null
    try {
      let waitMs = 0
      while (this.#pace !== null && waitMs === 0) waitMs = this.#sendNext(this.#pace)
      if (Number.isFinite(waitMs) && waitMs > 0) this.#cancelPump = this.#deps.timers.after(waitMs, () => this.pump())
    } finally {
      this.#isPumping = false
    }
  }

  stop(): void {
    this.#pace = null
    this.#cancelPump?.()
    this.#cancelStall?.()
  }

  /** One batch; answers after how long to go on, infinite where an append or an acknowledgement will. */
  #sendNext(pace: Pace): number {
    const room = this.#deps.limits.maxInFlight - this.#inFlight.reduce((sum, { count }) => sum + count, 0)
    if (room <= 0) return Number.POSITIVE_INFINITY
    const batch = this.#nextBatch(Math.min(room, protocolLimits.maxEventsPerBatch))
    if (batch.length === 0) return Number.POSITIVE_INFINITY
    const allowed = pace.available()
    if (allowed === 0) return Math.max(gatherMs, pace.waitMs())
    if (this.#deps.bufferedBytes() > this.#deps.limits.maxBufferedBytes) return drainMs
    this.#sendBatch(batch.slice(0, allowed), pace)
    return 0
  }

  #nextBatch(max: number): readonly JournalEvent[] {
    const events = this.#deps.journal.unacknowledged(this.#nextSeq, max)
    let bytes = frameOverheadBytes
    const tooMany = events.findIndex((event) => {
      bytes += Buffer.byteLength(JSON.stringify(event)) + 1
      return bytes > protocolLimits.maxFrameBytes
    })
    return tooMany <= 0 ? events : events.slice(0, tooMany)
  }

  #sendBatch(batch: readonly JournalEvent[], pace: Pace): void {
    const last = batch.at(-1)
    if (last === undefined) return
    pace.take(batch.length)
    this.#deps.send(batch)
    this.#nextSeq = last.seq + 1
    this.#inFlight = [...this.#inFlight, { lastSeq: last.seq, count: batch.length }]
    if (this.#inFlight.length === 1) this.#watchStall()
  }

  #watchStall(): void {
    this.#cancelStall?.()
    const isWaiting = this.#inFlight.length > 0
    this.#cancelStall = isWaiting ? this.#deps.timers.after(this.#deps.limits.ackMs, this.#deps.onStalled) : null
  }
}

import { mkdirSync } from 'node:fs'
import type { JournalEvent, Lane, NewEvent } from '../../src/protocol/events.ts'
import type { SensorStatus } from '../../src/protocol/messages.ts'
import { createTimers, type Timers } from '../timers.ts'
import { AwaitedLines } from './awaited.ts'
import { type ChainHead, type Verification, verifyChain } from './chain.ts'
import { ChatterBound } from './chatter-bound.ts'
import type { ListFilter } from './database.ts'
import { defaultJournalLimits, type JournalLimits } from './limits.ts'
import { Listeners } from './listeners.ts'
import { applyRetention } from './retention.ts'
import { journalSensor } from './sensor.ts'
import { laneOf, type StagedEvent, stageEvent } from './stage.ts'
import { JournalStore } from './store.ts'
import { emptySummary, type JournalSummary, summarize } from './summary.ts'

export type JournalDeps = Readonly<{
  /** Made when missing, readable by the agent alone. */
  dir: string
  now: () => Date
  bootId: string
  limits?: Partial<JournalLimits>
  timers?: Timers
  /** False without a center: nobody acknowledges, and retention goes by days alone. */
  hasCenter?: boolean
  /** Hears of every event that is appended, and of the journal's own failures. Must not throw. */
  onEvent?: ((event: NewEvent) => void) | null
}>

/** The terminal's record. No method throws: enforcement goes on whatever happens to the disk. */
export type Journal = Readonly<{
  /** On disk when it returns, if its lane is `violation`. Null: chatter beyond its bound, or memory full. */
  append(event: NewEvent): JournalEvent | null
  /** The same of several that belong together: written to the disk once. */
  appendAll(events: readonly NewEvent[]): readonly (JournalEvent | null)[]
  last(): ChainHead
  /** Lines from `fromSeq` on, at most `max`, none of which can still change. */
  unacknowledged(fromSeq: number, max: number): readonly JournalEvent[]
  /** Every line up to `upTo` is held by the collector. */
  acknowledge(upTo: number): void
  /** Resolves once the collector has said that it holds the line; maybe never. */
  untilAcknowledged(seq: number): Promise<void>
  /** Lines that the collector does not hold yet. */
  pending(): number
  /** The hash of a line still held, null where it is not. */
  hashAt(seq: number): string | null
  /** The collector holds lines up to `nextSeq - 1` that this journal does not: go on behind them, and say so. */
  resumeAt(nextSeq: number): void
  list(filter: ListFilter): readonly JournalEvent[]
  verify(): Verification
  /** Numbers about what is held, for checks. */
  summary(since: string): JournalSummary
  health(): SensorStatus
  /** After lines became tellable. */
  onAppend(listener: (lane: Lane) => void): void
  close(): void
}>

export function createJournal(deps: JournalDeps): Journal {
  try {
    mkdirSync(deps.dir, { recursive: true, mode: 0o700 })
  } catch {
    // Opening the database fails next, says why, and is tried again: the guard starts meanwhile.
  }
  return new RunningJournal(deps)
}

/** Read for one re-telling of lines that the collector may never have had. */
const maxRetold = 10_000

class RunningJournal implements Journal {
  readonly #deps: JournalDeps
  readonly #limits: JournalLimits
  readonly #timers: Timers
  readonly #store: JournalStore
  readonly #chatter: ChatterBound
  readonly #listeners = new Listeners()
  readonly #awaited = new AwaitedLines()
  #lastAt: string | null = null
  #lostCount = 0
  #cancelCommit: (() => void) | null = null
  #cancelUpkeep: () => void
  #cancelDropped: (() => void) | null = null
  #lastTryMs = 0

  constructor(deps: JournalDeps) {
    this.#deps = deps
    this.#limits = { ...defaultJournalLimits, ...deps.limits }
    this.#timers = deps.timers ?? createTimers()
    const { dir, now } = deps
    const stageFailure = (reason: string, data: Readonly<Record<string, unknown>>) => {
      const event = { kind: 'log.failure', subject: 'journal', data: { reason, ...data } } as const
      deps.onEvent?.(event)
      return this.#stage(event)
    }
    this.#store = new JournalStore({ dir, now, limits: this.#limits, stageFailure })
    this.#store.open()
    this.#chatter = new ChatterBound(this.#limits, this.#waitingChatter())
    this.#lastAt = this.#store.read((database) => database.list({ limit: 1 })[0]?.at ?? null, null)
    this.#cancelUpkeep = this.#timers.after(0, () => this.#upkeep())
  }

  append(event: NewEvent): JournalEvent | null {
    return this.appendAll([event])[0] ?? null
  }

  appendAll(events: readonly NewEvent[]): readonly (JournalEvent | null)[] {
    if (this.#isRetryDue()) this.#write('violation')
    const lines = events.map((event) => this.#add(event))
    const added = lines.filter((line) => line !== null)
    if (added.some((line) => laneOf(line) === 'violation')) this.#write('violation')
    else if (added.length > 0) {
      this.#cancelCommit ??= this.#timers.after(this.#limits.commitDelayMs, () => this.#write('chatter'))
    }
    return lines
  }

  last(): ChainHead {
    this.#flush()
    return this.#store.head
  }

  unacknowledged(fromSeq: number, max: number): readonly JournalEvent[] {
    this.#flush()
    return this.#store.tellable(fromSeq, max).map(({ event }) => event)
  }

  acknowledge(upTo: number): void {
    this.#store.acknowledge(upTo)
    this.#chatter.resetWaiting(this.#waitingChatter())
    this.#cancelCommit ??= this.#timers.after(this.#limits.retryMs, () => this.#write('chatter'))
    this.#awaited.release(upTo)
  }

  untilAcknowledged(seq: number): Promise<void> {
    if (seq <= this.#store.acknowledged) return Promise.resolve()
    return this.#awaited.wait(seq)
  }

  pending(): number {
    const { acknowledged } = this.#store
    const committed = this.#store.read((database) => database.countAfter(acknowledged), 0)
    return committed + this.#store.pendingCount
  }

  hashAt(seq: number): string | null {
    this.#flush()
    return this.#store.read((database) => database.hashAt(seq), null)
  }

  resumeAt(nextSeq: number): void {
    this.#flush()
    const { acknowledged, head } = this.#store
    const retold = this.#store.read((database) => database.lines(acknowledged + 1, maxRetold), [])
    this.#store.skipTo(Math.max(nextSeq, head.seq + 1), 'journal-behind')
    for (const { event } of retold) {
      if (laneOf(event) === 'violation') this.#store.add(this.#stage(toldAgain(event)))
    }
    this.#store.acknowledge(Math.max(nextSeq - 1, head.seq))
    this.#write('violation')
  }

  list(filter: ListFilter): readonly JournalEvent[] {
    this.#flush()
    return this.#store.read((database) => database.list(filter), [])
  }

  verify(): Verification {
    this.#flush()
    const unreadable: Verification = { ok: false, lines: 0, firstBad: 0, breaks: [] }
    return this.#store.read((database) => verifyChain(database.anchor(), database.rows(0, -1)), unreadable)
  }

  summary(since: string): JournalSummary {
    this.#flush()
    const { acknowledged } = this.#store
    const mine = { lastAt: this.#lastAt, pending: this.pending() }
    return this.#store.read((database) => ({ ...summarize(database, { since, acknowledged }), ...mine }), {
      ...emptySummary,
      pending: mine.pending,
    })
  }

  health(): SensorStatus {
    const { failure, hasReserve } = this.#store
    const bytes = this.#store.read((database) => database.bytes(), 0)
    return journalSensor({
      failure,
      hasReserve,
      pendingCount: this.#store.pendingCount,
      lostCount: this.#lostCount,
      bytes,
      maxBytes: this.#limits.maxBytes,
      isDropping: this.#chatter.isDropping(),
      listenerFailure: this.#listeners.failure,
      lastSeq: this.#store.head.seq,
      lastAt: this.#lastAt,
    })
  }

  onAppend(listener: (lane: Lane) => void): void {
    this.#listeners.add(listener)
  }

  close(): void {
    this.#reportDropped()
    this.#cancelUpkeep()
    this.#cancelCommit?.()
    this.#cancelDropped?.()
    this.#store.close()
  }

  #add(event: NewEvent): JournalEvent | null {
    this.#deps.onEvent?.(event)
    const staged = this.#stage(event)
    if (laneOf(event) === 'chatter' && !this.#admitsChatter(staged)) return null
    this.#noticeClock(staged.at)
    const line = this.#store.add(staged)
    if (line === null) this.#lostCount += 1
    return line?.event ?? null
  }

  #stage(event: NewEvent): StagedEvent {
    const at = this.#deps.now().toISOString()
    return stageEvent(event, { at, bootId: this.#deps.bootId, maxEventBytes: this.#limits.maxEventBytes })
  }

  #admitsChatter(staged: StagedEvent): boolean {
    if (this.#store.failure !== null) this.#chatter.drop(staged.kind, staged.at)
    else if (this.#chatter.admits(staged.kind, JSON.stringify(staged).length, staged.at)) return true
    this.#cancelDropped ??= this.#timers.after(this.#limits.droppedWindowMs, () => this.#reportDropped())
    return false
  }

  #reportDropped(): void {
    this.#cancelDropped?.()
    this.#cancelDropped = null
    const dropped = this.#chatter.takeDropped()
    if (dropped !== null) this.append({ kind: 'chatter.dropped', subject: 'journal', data: dropped })
  }

  /** A clock that went back makes times lie; the chain's order stays, and one line says from when to when. */
  #noticeClock(at: string): void {
    const before = this.#lastAt
    this.#lastAt = at
    if (before === null || Date.parse(before) - Date.parse(at) <= this.#limits.clockToleranceMs) return
    const data = { reason: 'clock-set-back', from: before, to: at }
    this.#store.add(this.#stage({ kind: 'log.failure', subject: 'clock', data }))
  }

  #flush(): void {
    if (this.#cancelCommit !== null && this.#store.failure === null) this.#write('chatter')
    else if (this.#isRetryDue()) this.#write('violation')
  }

  #write(lane: Lane): void {
    this.#cancelCommit?.()
    this.#cancelCommit = null
    this.#lastTryMs = performance.now()
    this.#store.write()
    this.#listeners.tell(lane)
  }

  #isRetryDue(): boolean {
    return this.#store.failure !== null && performance.now() - this.#lastTryMs >= this.#limits.retryMs
  }

  #waitingChatter(): Readonly<{ bytes: number; oldestAt: string | null }> {
    return this.#store.read(
      (database) => {
        const from = this.#deps.hasCenter === false ? database.anchor().seq : this.#store.acknowledged
        const oldestAt = this.#deps.hasCenter === false ? null : database.oldestChatterAt(from)
        return { bytes: database.chatterBytes(from, Number.MAX_SAFE_INTEGER), oldestAt }
      },
      { bytes: 0, oldestAt: null },
    )
  }

  #upkeep(): void {
    if (this.#store.failure !== null) this.#flush()
    const { acknowledged, head } = this.#store
    const hasCenter = this.#deps.hasCenter !== false
    const removed = this.#store.read(
      (database) =>
        applyRetention({
          database,
          limits: this.#limits,
          now: this.#deps.now(),
          upTo: hasCenter ? acknowledged : head.seq,
          byBytes: hasCenter,
        }),
      0,
    )
    if (removed > 0) this.#chatter.resetWaiting(this.#waitingChatter())
    this.#cancelUpkeep = this.#timers.after(this.#limits.upkeepMs, () => this.#upkeep())
  }
}

/** Says which line it was when it was told first. */
function toldAgain({ kind, severity, subject, seq, at, hash, data, control }: JournalEvent): NewEvent {
  const again = { ...data, again: { seq, at, hash } }
  return { kind, severity, subject, ...(control === undefined ? {} : { control }), data: again }
}

import { eventKinds } from '../../protocol/events.ts'
import type { Live } from '../live.ts'
import type { NewStoredEvent, StoredEvent, TerminalChange } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { CollectorLimits } from './limits.ts'

type Waiting = Readonly<{
  hostname: string
  events: readonly NewStoredEvent[]
  changes: readonly TerminalChange[]
  resolve: () => void
  reject: (error: unknown) => void
}>

/** Group commit: what arrives within a few milliseconds is made durable by one write to the disk. */
export class CommitQueue {
  readonly #deps: Readonly<{ store: Store; live: Live; limits: CollectorLimits }>
  #waiting: Waiting[] = []
  #waitingEvents = 0
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()

  constructor(deps: Readonly<{ store: Store; live: Live; limits: CollectorLimits }>) {
    this.#deps = deps
  }

  /** Resolves after the commit. */
  add(
    terminal: Readonly<{ hostname: string }>,
    events: readonly NewStoredEvent[],
    changes: readonly TerminalChange[],
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ hostname: terminal.hostname, events, changes, resolve, reject })
      this.#waitingEvents += events.length
      if (this.#waitingEvents >= this.#deps.limits.maxCommitEvents) this.#flush()
      else this.#timer ??= setTimeout(() => this.#flush(), this.#deps.limits.commitDelayMs)
    })
  }

  async close(): Promise<void> {
    this.#flush()
    await this.#running
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const batch = this.#waiting
    this.#waiting = []
    this.#waitingEvents = 0
    if (batch.length > 0) this.#running = this.#running.then(() => this.#commit(batch))
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const events = batch.flatMap((entry) => entry.events)
    const changes = batch.flatMap((entry) => entry.changes)
    try {
      const ids = await this.#deps.store.events.commit(events, changes)
      for (const entry of batch) entry.resolve()
      this.#publish(batch, ids)
    } catch (error) {
      for (const entry of batch) entry.reject(error)
    }
  }

  #publish(batch: readonly Waiting[], ids: readonly number[]): void {
    let index = 0
    for (const { hostname, events } of batch) {
      for (const event of events) {
        const id = ids[index] ?? 0
        index += 1
        if (isViolation(event)) this.#deps.live.publish({ name: 'violation', event: asStored(event, id, hostname) })
      }
    }
  }
}

function isViolation({ event }: NewStoredEvent): boolean {
  return eventKinds[event.kind].lane === 'violation' && event.severity !== 'info'
}

function asStored({ event, ...row }: NewStoredEvent, id: number, hostname: string): StoredEvent {
  const { seq, at, bootId, kind, control, severity, subject, data } = event
  return {
    id,
    terminalId: row.terminalId,
    hostname,
    zone: row.zone,
    source: row.source,
    seq: row.source === 'collector' ? null : seq,
    branch: row.branch,
    at,
    receivedAt: row.receivedAt,
    bootId,
    kind,
    lane: eventKinds[kind].lane,
    control: control ?? null,
    severity,
    subject,
    data,
  }
}

import type { EventKind } from '../../src/protocol/events.ts'
import type { JournalLimits } from './limits.ts'

export type DroppedChatter = Readonly<{ count: number; since: string; byKind: Readonly<Record<string, number>> }>

/**
 * Keeps chatter bounded by bytes and age before it enters the chain: what is in the chain has to stay, or nobody
 * could verify it. What is turned away is counted, by kind.
 */
export class ChatterBound {
  readonly #limits: JournalLimits
  #waitingBytes: number
  #oldestAt: string | null
  #dropped: Map<EventKind, number> = new Map()
  #since: string | null = null

  constructor(limits: JournalLimits, waiting: Readonly<{ bytes: number; oldestAt: string | null }>) {
    this.#limits = limits
    this.#waitingBytes = waiting.bytes
    this.#oldestAt = waiting.oldestAt
  }

  /** Whether there is room; what is refused here is already counted. */
  admits(kind: EventKind, bytes: number, at: string): boolean {
    const ageMs = this.#oldestAt === null ? 0 : Date.parse(at) - Date.parse(this.#oldestAt)
    if (this.#waitingBytes + bytes <= this.#limits.maxChatterBytes && ageMs <= this.#limits.maxChatterAgeMs) {
      this.#waitingBytes += bytes
      this.#oldestAt ??= at
      return true
    }
    this.drop(kind, at)
    return false
  }

  drop(kind: EventKind, at: string): void {
    this.#dropped.set(kind, (this.#dropped.get(kind) ?? 0) + 1)
    this.#since ??= at
  }

  /** After lines were acknowledged or removed. */
  resetWaiting(waiting: Readonly<{ bytes: number; oldestAt: string | null }>): void {
    this.#waitingBytes = waiting.bytes
    this.#oldestAt = waiting.oldestAt
  }

  isDropping(): boolean {
    return this.#since !== null
  }

  /** What was dropped since the last call. */
  takeDropped(): DroppedChatter | null {
    if (this.#since === null) return null
    const byKind = Object.fromEntries(this.#dropped)
    const count = [...this.#dropped.values()].reduce((sum, one) => sum + one, 0)
    const dropped = { count, since: this.#since, byKind }
    this.#dropped = new Map()
    this.#since = null
    return dropped
  }
}

import { type JournalEvent, severities } from '../../src/protocol/events.ts'
import type { Kept } from './input.ts'

/** From here on an event is kept before any newer one that is less grave. */
const graveFrom = severities.indexOf('medium')

/**
 * Keeps at most `max` events: the grave ones first, then the newest, and counts all. Holds twice as many at a time,
 * however many come by.
 */
export class Gravest {
  readonly #max: number
  readonly #counts = new Map<string, number>()
  #grave: JournalEvent[] = []
  #other: JournalEvent[] = []

  constructor(max: number) {
    this.#max = max
  }

  add(event: JournalEvent): void {
    this.#counts.set(event.kind, (this.#counts.get(event.kind) ?? 0) + 1)
    if (severities.indexOf(event.severity) >= graveFrom) this.#grave = pushNewest(this.#grave, event, this.#max)
    else this.#other = pushNewest(this.#other, event, this.#max)
  }

  /** Oldest first. */
  kept(): Kept {
    const grave = newest(this.#grave, this.#max)
    const other = newest(this.#other, this.#max - grave.length)
    const events = [...grave, ...other].sort((a, b) => a.seq - b.seq)
    return { events, counts: Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1))) }
  }
}

function pushNewest(events: JournalEvent[], event: JournalEvent, max: number): JournalEvent[] {
  events.push(event)
  return events.length < 2 * max ? events : newest(events, max)
}

function newest(events: readonly JournalEvent[], max: number): JournalEvent[] {
  return max <= 0 ? [] : events.slice(-max)
}

import type { Clock } from '../../../src/center/clock.ts'

/**
 * A clock that moves when told. `advance` lets what is due run; `sleep` is a machine that slept: nothing ran. It
 * starts at the real time: TLS looks at the real clock, so tests keep within the hour that certificates are backdated.
 */
export class TestClock implements Clock {
  #nowMs: number
  readonly #repeated = new Set<{ intervalMs: number; dueMs: number; call: () => void }>()

  constructor(startMs = Date.now()) {
    this.#nowMs = startMs
  }

  now(): Date {
    return new Date(this.#nowMs)
  }

  every(intervalMs: number, call: () => void): () => void {
    const entry = { intervalMs, dueMs: this.#nowMs + intervalMs, call }
    this.#repeated.add(entry)
    return () => this.#repeated.delete(entry)
  }

  advance(ms: number): void {
    const endMs = this.#nowMs + ms
    for (;;) {
      const next = [...this.#repeated].toSorted((a, b) => a.dueMs - b.dueMs)[0]
      if (next === undefined || next.dueMs > endMs) break
      this.#nowMs = Math.max(this.#nowMs, next.dueMs)
      next.dueMs += next.intervalMs
      next.call()
    }
    this.#nowMs = endMs
  }

  sleep(ms: number): void {
    this.#nowMs += ms
    for (const entry of this.#repeated) {
      entry.dueMs = this.#nowMs + entry.intervalMs
      entry.call()
    }
  }
}

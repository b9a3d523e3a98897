import type { Lane } from '../../src/protocol/events.ts'

/** Whoever is told that lines became tellable; none of them can stop the guard, which waits in `append`. */
export class Listeners {
  readonly #listeners = new Set<(lane: Lane) => void>()
  #failure: string | null = null

  /** What one of them threw last. */
  get failure(): string | null {
    return this.#failure
  }

  add(listener: (lane: Lane) => void): void {
    this.#listeners.add(listener)
  }

  tell(lane: Lane): void {
    for (const listener of this.#listeners) {
      try {
        listener(lane)
      } catch (error) {
        this.#failure = error instanceof Error ? error.message : String(error)
      }
    }
  }
}

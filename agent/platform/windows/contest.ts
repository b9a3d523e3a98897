export const contestLimits = { maxPerMinute: 10, pauseMs: 60_000 } as const
const minuteMs = 60_000

/**
 * How often one thing was put back. Somebody who changes it again and again is not fought without end: after
 * `maxPerMinute` times within a minute it rests for `pauseMs`, and is then tried once; a quiet minute makes it forget.
 */
export class Contest {
  readonly #times: number[] = []
  #restsUntilMs = 0
  #isTrying = false

  isResting(nowMs: number): boolean {
    return nowMs < this.#restsUntilMs
  }

  /** It would be put back once more. True: once too often, so that it rests from now on. */
  note(nowMs: number): boolean {
    while (this.#times[0] !== undefined && nowMs - this.#times[0] >= minuteMs) this.#times.shift()
    if (this.#times.length === 0 && nowMs - this.#restsUntilMs >= minuteMs) this.#isTrying = false
    this.#times.push(nowMs)
    if (this.#times.length <= (this.#isTrying ? 1 : contestLimits.maxPerMinute)) return false
    this.#times.length = 0
    this.#restsUntilMs = nowMs + contestLimits.pauseMs
    this.#isTrying = true
    return true
  }
}

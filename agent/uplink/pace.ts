/** Counts what may pass: `perSecond` on average, `atOnce` after a rest. Time is monotonic milliseconds. */
export class Pace {
  readonly #perSecond: number
  readonly #atOnce: number
  readonly #nowMs: () => number
  #available: number
  #lastMs: number

  constructor(options: Readonly<{ perSecond: number; atOnce: number; nowMs: () => number }>) {
    this.#perSecond = options.perSecond
    this.#atOnce = options.atOnce
    this.#nowMs = options.nowMs
    this.#available = options.atOnce
    this.#lastMs = options.nowMs()
  }

  /** How many may pass now, whole ones. */
  available(): number {
    const nowMs = this.#nowMs()
    this.#available = Math.min(this.#atOnce, this.#available + ((nowMs - this.#lastMs) / 1000) * this.#perSecond)
    this.#lastMs = nowMs
    return Math.max(0, Math.floor(this.#available))
  }

  take(count: number): void {
    this.#available -= count
  }

  /** Until the next one may pass. */
  waitMs(): number {
    return Math.max(1, Math.ceil(((1 - this.#available) / this.#perSecond) * 1000))
  }
}

import type { Timers } from '../timers.ts'
import type { Turn } from './turn.ts'

export type MemoryReleaseDeps = Readonly<{
  /** Some time after checks were read. */
  releaseMemory?: (turn: Turn) => Promise<void>
  turn: Turn
  timers: Timers
  onFailure: (error: unknown) => void
}>

const afterCheckMs = 30_000
const afterRoundMs = 1_000

/** Gives memory back after checks, but not after each: looking through the whole heap takes longer than most of them. */
export class MemoryRelease {
  readonly #deps: MemoryReleaseDeps
  #isDue = false
  #isStopped = false
  #cancel: () => void = () => undefined

  constructor(deps: MemoryReleaseDeps) {
    this.#deps = deps
  }

  afterCheck(): void {
    if (!this.#isDue) this.#after(afterCheckMs)
  }

  afterRound(): void {
    this.#after(afterRoundMs)
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel()
  }

  #after(delayMs: number): void {
    if (this.#isStopped) return
    this.#isDue = true
    this.#cancel()
    this.#cancel = this.#deps.timers.after(delayMs, () => {
      this.#isDue = false
      void this.#deps.releaseMemory?.(this.#deps.turn).catch(this.#deps.onFailure)
    })
  }
}

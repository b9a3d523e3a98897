/** The clock's other half: a delay that can be taken back. Injected, so that tests decide when time passes. */
export type Timers = Readonly<{
  /** Runs once after `delayMs`; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void
}>

export function createTimers(): Timers {
  return {
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
  }
}

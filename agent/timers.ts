/** The clock's other half: a delay that can be taken back. Injected, so that tests decide when time passes. */
export type Timers = Readonly<{
  /** Runs once after `delayMs`; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void
}>

/** Null: it took longer than that. What it was is not ended by it. */
export async function within<T>(timers: Timers, limitMs: number, done: Promise<T>): Promise<T | null> {
  const late = Promise.withResolvers<null>()
  const cancel = timers.after(limitMs, () => late.resolve(null))
  try {
    return await Promise.race([done, late.promise])
  } finally {
    cancel()
  }
}

export function createTimers(): Timers {
  return {
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
  }
}

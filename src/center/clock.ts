/** Time as the center sees it; tests hand in their own. */
export type Clock = Readonly<{
  now(): Date
  /** Calls again and again; answers the way to stop it. Never keeps the process alive. */
  every(intervalMs: number, call: () => void): () => void
}>

export const systemClock: Clock = {
  now: () => new Date(),
  every(intervalMs, call) {
    const timer = setInterval(call, intervalMs)
    timer.unref()
    return () => clearInterval(timer)
  },
}

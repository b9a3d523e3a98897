/** At most `burst` entries at once, and one more every `refillMs`: a storm must not push everybody else's out of the log. */
export const entryRate = { burst: 40, refillMs: 3_000 } as const

export type EntryRate = Readonly<{
  /** False: leave this one out, and it is counted. */
  admits(nowMs: number): boolean
  /** How many were left out since it was asked last, once there is room again to say so; 0 otherwise. */
  takeLeftOut(nowMs: number): number
}>

export function createEntryRate(rate: Readonly<{ burst: number; refillMs: number }> = entryRate): EntryRate {
  let room = rate.burst
  let lastMs: number | null = null
  let leftOut = 0

  const refill = (nowMs: number) => {
    const passedMs = Math.max(0, nowMs - (lastMs ?? nowMs))
    room = Math.min(rate.burst, room + passedMs / rate.refillMs)
    lastMs = nowMs
  }
  return {
    admits(nowMs) {
      refill(nowMs)
      if (room < 1) {
        leftOut += 1
        return false
      }
      room -= 1
      return true
    },
    takeLeftOut(nowMs) {
      refill(nowMs)
      if (leftOut === 0 || room < 1) return 0
      const count = leftOut
      leftOut = 0
      room -= 1
      return count
    },
  }
}

const dayMs = 86_400_000
const japanOffsetMs = 9 * 3_600_000

/** Whole days from one instant to another; negative where `to` is the earlier one. */
export function daysBetween(from: string | Date, to: string | Date): number {
  return Math.floor((new Date(to).getTime() - new Date(from).getTime()) / dayMs)
}

/** The day in Japan, `2026-11-20`: as whoever reads the report says it. */
export function dayOf(instant: string | Date): string {
  return new Date(new Date(instant).getTime() + japanOffsetMs).toISOString().slice(0, 10)
}

export function minuteOf(instant: string | Date): string {
  return new Date(new Date(instant).getTime() + japanOffsetMs).toISOString().slice(0, 16).replace('T', ' ')
}

/** The last instant of a day in Japan: support ends with the day, not at its beginning. */
export function endOfDay(day: string): Date {
  return new Date(`${day}T23:59:59.999+09:00`)
}

export function toInstant(ms: number): string | null {
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : null
}

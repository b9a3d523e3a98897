const offsetMs = 9 * 60 * 60 * 1000
const dayMs = 86_400_000
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

export type JapanInstant = Readonly<{
  /** `2026-11-21` */
  date: string
  weekday: (typeof weekdays)[number]
  /** `08:30` */
  time: string
}>

/** Japan has one time zone and no summer time. */
export function inJapan(instant: Date): JapanInstant {
  const shifted = new Date(instant.getTime() + offsetMs)
  const iso = shifted.toISOString()
  return { date: iso.slice(0, 10), weekday: weekdays[shifted.getUTCDay()] ?? 'sun', time: iso.slice(11, 16) }
}

export function japanDate(instant: Date): string {
  return inJapan(instant).date
}

/** Whole days from `earlier` to `later`. */
export function daysBetween(earlier: Date, later: Date): number {
  return Math.floor((later.getTime() - earlier.getTime()) / dayMs)
}

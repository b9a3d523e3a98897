const dayMs = 86_400_000

/** Microsoft's monthly release (second Tuesday, 10:00 in Redmond: Wednesday in Japan) that comes next after an instant. */
export function secondTuesdayAfter(instant: string | Date): Date {
  const from = new Date(instant)
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth()]
  const thisMonth = releaseOf(year, month)
  return thisMonth.getTime() > from.getTime() ? thisMonth : releaseOf(year, month + 1)
}

/** 18:00 UTC is after 10:00 in Redmond, summer and winter. */
function releaseOf(year: number, month: number): Date {
  const first = new Date(Date.UTC(year, month, 1, 18))
  const untilTuesday = (2 - first.getUTCDay() + 7) % 7
  return new Date(first.getTime() + (untilTuesday + 7) * dayMs)
}

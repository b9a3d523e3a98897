/** A CIM datetime, `20241120205435.607000+540` (minutes off UTC), as an instant; null for `**************.******+***`. */
export function cimInstant(value: unknown): string | null {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.\d{6}([+-]\d{3})$/.exec(String(value ?? ''))
  if (match === null) return null
  const [, year, month, day, hour, minute, second, offset] = match
  const utcMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  return new Date(utcMs - Number(offset) * 60_000).toISOString()
}

/** systemd.time(7): `900`, `15min`, `1h 30min`; 0 for `infinity` and what cannot be read. */
export function parseSpan(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-zA-Z]*)/g)]
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (spans[unit.toLowerCase()] ?? 0), 0)
}

const day = 86_400
const spans: Readonly<Record<string, number>> = {
  '': 1,
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  hours: 3600,
  d: day,
  day,
  days: day,
  w: 7 * day,
  week: 7 * day,
  weeks: 7 * day,
  month: 30.44 * day,
  months: 30.44 * day,
  y: 365.25 * day,
  year: 365.25 * day,
  years: 365.25 * day,
}

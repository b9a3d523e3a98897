import { toInstant } from './day.ts'
import { outputOf } from './raw.ts'
import type { Raws, Reading } from './reading.ts'

/** The machine's offset from UTC: logs of many programs carry local time without a zone. */
export const offsetReading: Reading = { kind: 'command', program: 'date', args: ['+%z'] }

/** Minutes east of UTC; null where `date` was not understood. */
export function offsetOf(raws: Raws, name: string): number | null {
  const match = /^([+-])(\d{2})(\d{2})\s*$/.exec(outputOf(raws, name) ?? '')
  if (match === null) return null
  const [, sign, hours, minutes] = match
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** `Sat Nov 21 12:15:56 2026` (ctime) and `2026:11:21 12:15:56`, as an instant. */
export function parseLocalTime(text: string, offsetMinutes: number | null): string | null {
  if (offsetMinutes === null) return null
  const parts = ctimeParts(text) ?? colonParts(text)
  if (parts === null) return null
  const [year, month, day, hour, minute, second] = parts
  return toInstant(Date.UTC(year, month, day, hour, minute, second) - offsetMinutes * 60_000)
}

type TimeParts = readonly [number, number, number, number, number, number]

function ctimeParts(text: string): TimeParts | null {
  const match = /\b([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (\d{4})\b/.exec(text)
  if (match === null) return null
  const [, name = '', day, hour, minute, second, year] = match
  const month = months.indexOf(name)
  return month < 0 ? null : [Number(year), month, Number(day), Number(hour), Number(minute), Number(second)]
}

function colonParts(text: string): TimeParts | null {
  const match = /\b(\d{4}):(\d{2}):(\d{2}) (\d{2}):(\d{2}):(\d{2})\b/.exec(text)
  if (match === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number)
  return [year, month - 1, day, hour, minute, second]
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

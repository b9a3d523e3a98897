import { toInstant } from './day.ts'

/**
 * Dates as Windows tells them: `/Date(1717513587000)/` (PowerShell 5.1 JSON), `20241120205435.607000+540` (CIM, minutes
 * from UTC), ISO 8601. Null for everything else: words and regional forms are never guessed at.
 */
export function parseWindowsDate(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const json = /^\/Date\((-?\d+)\)\/$/.exec(value)
  if (json !== null) return toInstant(Number(json[1]))
  const cim = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})\.\d+([+-]\d{3})$/.exec(value)
  if (cim !== null) return fromCim(cim.slice(1).map(Number))
  return /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(value) ? toInstant(Date.parse(value)) : null
}

/** `InstalledOn` of Win32_QuickFixEngineering: M/D/YYYY whatever the language, on some machines a hexadecimal FILETIME. */
export function parseInstalledOn(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(value)
  if (us !== null) return fromCalendar(Number(us[3]), Number(us[1]), Number(us[2]))
  return /^[0-9a-f]{16}$/i.test(value) ? toInstant(Number(BigInt(`0x${value}`) / 10_000n) - filetimeEpochMs) : null
}

/** `InstallDate` of the Uninstall keys, `20240612`. */
export function parseCompactDay(value: unknown): string | null {
  const match = typeof value === 'string' ? /^(\d{4})(\d{2})(\d{2})$/.exec(value) : null
  return match === null ? null : fromCalendar(Number(match[1]), Number(match[2]), Number(match[3]))
}

const filetimeEpochMs = 11_644_473_600_000

function fromCim([year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, offset = 0]: number[]) {
  return toInstant(Date.UTC(year, month - 1, day, hour, minute, second) - offset * 60_000)
}

/** Midnight in Japan of a day that exists. */
function fromCalendar(year: number, month: number, day: number): string | null {
  const ms = Date.UTC(year, month - 1, day)
  const back = new Date(ms)
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? toInstant(ms - 9 * 3_600_000) : null
}

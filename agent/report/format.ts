const japanOffsetMs = 9 * 60 * 60 * 1000

/** Japan time whatever the machine's zone: a report is the same wherever it is written out or checked. */
export function formatInstant(instant: string, precision: 'seconds' | 'minutes' = 'seconds'): string {
  const text = new Date(Date.parse(instant) + japanOffsetMs).toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, precision === 'seconds' ? 19 : 16)}`
}

/** `20261121-2105` for names of files. */
export function formatStamp(instant: string): string {
  return formatInstant(instant, 'minutes').replaceAll(/[-:]/g, '').replace(' ', '-')
}

export function formatDay(instant: string, lang: 'ja' | 'en'): string {
  const [year = '', month = '', day = ''] = formatInstant(instant).slice(0, 10).split('-')
  return lang === 'ja' ? `${Number(year)}年${Number(month)}月${Number(day)}日` : `${year}-${month}-${day}`
}

/** 1,234,567 */
export function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10))
  const value = bytes / 1024 ** step
  return `${step === 0 ? formatCount(bytes) : value.toFixed(value < 10 ? 1 : 0)} ${units[step] ?? 'B'}`
}

/** 64 digits in groups of eight: two people can compare them aloud. */
export function groupDigits(hex: string): string {
  return hex.replaceAll(/(.{8})(?=.)/g, '$1 ')
}

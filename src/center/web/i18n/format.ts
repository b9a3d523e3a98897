import type { Pages } from './dictionary.ts'

export const languages = ['ja', 'en'] as const
export type Language = (typeof languages)[number]

/** Times are shown in Japan Standard Time wherever the browser stands: that is what the records are read by. */
const timeZone = 'Asia/Tokyo'

export type Format = Readonly<{
  /** `2026年11月20日 21:54` / `20 Nov 2026, 21:54` */
  dateTime: (instant: string) => string
  /** `2026年11月20日` / `20 Nov 2026` */
  date: (instant: string) => string
  /** `21:54:03` */
  time: (instant: string) => string
  /** `3分前` / `3 minutes ago` */
  ago: (instant: string, nowMs: number) => string
  /** `3時間` / `for 3 hours` */
  lasting: (instant: string, nowMs: number) => string
  number: (value: number) => string
}>

export function createFormat(language: Language, words: Pages['time']): Format {
  const partsOf = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
  const read = (instant: string) => {
    const parts = new Map(partsOf.formatToParts(new Date(instant)).map((part) => [part.type, part.value]))
    const get = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? ''
    const day =
      language === 'ja'
        ? `${get('year')}年${Number(get('month'))}月${Number(get('day'))}日`
        : `${Number(get('day'))} ${monthNames[Number(get('month')) - 1] ?? ''} ${get('year')}`
    return { day, minute: `${get('hour')}:${get('minute')}`, second: get('second') }
  }
  return {
    dateTime: (instant) => {
      const { day, minute } = read(instant)
      return language === 'ja' ? `${day} ${minute}` : `${day}, ${minute}`
    },
    date: (instant) => read(instant).day,
    time: (instant) => {
      const { minute, second } = read(instant)
      return `${minute}:${second}`
    },
    ago: (instant, nowMs) => spell(nowMs - Date.parse(instant), words.justNow, words.minutes, words.hours, words.days),
    lasting: (instant, nowMs) =>
      spell(nowMs - Date.parse(instant), words.forJustNow, words.forMinutes, words.forHours, words.forDays),
    number: (value) => value.toLocaleString(language === 'ja' ? 'ja-JP' : 'en-GB'),
  }
}

type Spelled = (count: number) => string

/** A clock that is a little ahead of ours gives a negative time: that is "just now", never "in the future". */
function spell(elapsedMs: number, brief: string, minutes: Spelled, hours: Spelled, days: Spelled): string {
  const wholeMinutes = Math.floor(elapsedMs / 60_000)
  if (wholeMinutes < 1) return brief
  if (wholeMinutes < 60) return minutes(wholeMinutes)
  if (wholeMinutes < 48 * 60) return hours(Math.floor(wholeMinutes / 60))
  return days(Math.floor(wholeMinutes / 1440))
}

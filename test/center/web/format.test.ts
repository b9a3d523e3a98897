import { describe, expect, it } from 'vitest'
import { enPages } from '../../../src/center/web/i18n/en-pages.ts'
import { createFormat } from '../../../src/center/web/i18n/format.ts'
import { jaPages } from '../../../src/center/web/i18n/ja-pages.ts'

const ja = createFormat('ja', jaPages.time)
const en = createFormat('en', enPages.time)
const now = Date.parse('2026-11-20T12:54:30.000Z')
const earlierBy = (ms: number) => new Date(now - ms).toISOString()

describe('times', () => {
  it("are Japan's, wherever the reader stands", () => {
    expect(ja.dateTime('2026-11-20T12:54:30.000Z')).toBe('2026年11月20日 21:54')
    expect(en.dateTime('2026-11-20T12:54:30.000Z')).toBe('20 Nov 2026, 21:54')
    expect(ja.time('2026-11-20T12:54:30.000Z')).toBe('21:54:30')
  })

  it('turn over at midnight in Japan, with days and months of one digit', () => {
    expect(ja.dateTime('2026-12-31T15:00:00.000Z')).toBe('2027年1月1日 00:00')
    expect(ja.date('2026-03-31T14:59:59.000Z')).toBe('2026年3月31日')
  })

  it.each([
    ['a clock that is ahead', -90_000, '1分以内', 'within a minute'],
    ['just now', 59_000, '1分以内', 'within a minute'],
    ['a minute', 60_000, '1分前', '1 minute ago'],
    ['an hour', 3_600_000, '1時間前', '1 hour ago'],
    ['a day and a half stays in hours', 36 * 3_600_000, '36時間前', '36 hours ago'],
    ['two days', 48 * 3_600_000, '2日前', '2 days ago'],
  ])('ago: %s', (_name, ms, japanese, english) => {
    expect(ja.ago(earlierBy(ms), now)).toBe(japanese)
    expect(en.ago(earlierBy(ms), now)).toBe(english)
  })
})

import { describe, expect, it } from 'vitest'
import { buildReport } from '../../../agent/report/build.ts'
import { csvRows } from '../../../agent/report/csv-rows.ts'
import { writeSignedCsv } from '../../../agent/report/signed-csv.ts'
import { eventOf, inputOf, journalOf, localKey, standardOf } from './fixture.ts'

describe('the table', () => {
  const media = Array.from({ length: 5_000 }, (_, index) => eventOf(index + 1, 'media.allowed'))
  const report = buildReport(inputOf({ standards: [standardOf('taishi')], journal: journalOf(media) }))
  const text = writeSignedCsv(report, 'ja', localKey)

  it('opens in a Japanese Excel: byte order mark, and CRLF at every line’s end', () => {
    expect(text.startsWith('\ufeff区分,')).toBe(true)
    expect(text.replaceAll('\r\n', '')).not.toMatch(/\r|\n$/)
    expect(text.endsWith('\r\n')).toBe(true)
  })

  it('holds every event, and as many cells in every row', () => {
    const rows = csvRows(report, 'ja')
    expect(rows.filter(([section]) => section === '媒体・機器')).toHaveLength(5_000)
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([9]))
  })

  it.each(['=HYPERLINK("http://x")', '+1', '-1', '@SUM(A1)', '\t=1', '＝1', ' =1'])(
    'runs nothing of a name like %j',
    (subject) => {
      const hostile = buildReport(inputOf({ journal: journalOf([eventOf(1, 'media.refused', { subject })]) }))
      const line = writeSignedCsv(hostile, 'ja', localKey)
        .split('\r\n')
        .find((one) => one.startsWith('媒体・機器'))
      const cell = /^媒体・機器,1,("(?:[^"]|"")*"|[^,]*),/.exec(line ?? '')?.[1] ?? ''
      expect(cell.replace(/^"/, '')).toMatch(/^'|^<U\+0009>/)
    },
  )
})

import { describe, expect, it } from 'vitest'
import type { Raws } from '../../src/checks/reading.ts'
import { parseLast, parseLastlog } from '../../src/checks/sign-ins.ts'
import { isWorkingTime, usageHours } from '../../src/checks/usage.hours.ts'
import { judgeRaws, lost, output, readFixture, readRaws, rows as tableRows } from './settings-support.ts'

const changed = readRaws('settings/changed-accounts')
const weekdays = { hours: { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '19:00' } }

const rows: [string, Raws, object, string, RegExp][] = [
  [
    'one at ten, one at a quarter past seven in Japan',
    changed,
    weekdays,
    'fail',
    /^tanaka signed in at 2026-11-20 07:15, Japan time \(pts\/0 192.0.2.10\)$/,
  ],
  ['both within wider hours', changed, { hours: { ...weekdays.hours, from: '07:00' } }, 'pass', /no sign-in outside/],
  [
    'a day that is none of the working days',
    changed,
    { hours: { days: ['mon'], from: '00:00', to: '23:59' } },
    'fail',
    /suzuki.*tanaka/,
  ],
  ['no days: every hour is working time', changed, {}, 'not asked', /^$/],
  [
    'an empty wtmp proves nothing',
    { last: output('\nwtmp begins 2026-11-01T00:00:00+09:00\n') },
    weekdays,
    'unknown',
    /not one sign-in/,
  ],
  ['no program to read it with', { last: lost('missing') }, weekdays, 'unknown', /last: not found/],
  [
    'the month before lies in wtmp.1',
    {
      last: output('a tty1 2026-11-20T10:00:00+09:00 gone'),
      lastBefore: output('b tty1 2026-10-31T23:10:00+09:00 gone'),
    },
    weekdays,
    'fail',
    /^b signed in at 2026-10-31 23:10/,
  ],
]

describe('usage.hours', () => {
  it.each(rows)('%s', (_name, raws, sections, outcome, reason) => {
    const judged = judgeRaws(usageHours, raws, { sections: { ...sections } })
    expect(judged?.reason.en ?? '').toMatch(reason)
    expect(judged?.outcome ?? 'not asked').toBe(outcome)
  })

  it('Windows: an administrator’s two tokens are one sign-in, the window manager none', () => {
    const raws = { logons: output(readFixture('windows/logons.xml')) }
    const judged = judgeRaws(usageHours, raws, { system: 'windows', sections: weekdays })
    expect(judged?.items.map(({ text }) => text.ja)).toEqual(['2026-11-20 07:15 に 田中 太郎 がサインインしました'])
  })

  it('Windows: sign-ins that the audit policy does not have written down are not known', () => {
    const audit = tableRows({ Subcategory: 'logon', Success: false, Failure: true })
    const raws = { logons: output(readFixture('windows/logons.xml')), audit }
    const judged = judgeRaws(usageHours, raws, { system: 'windows', sections: weekdays })
    expect([judged?.outcome, judged?.reason.en]).toEqual(['unknown', expect.stringContaining('not written down')])
  })

  it.each([
    ['Friday 18:59', '2026-11-20T09:59:59Z', true],
    ['Friday 19:00', '2026-11-20T10:00:00Z', false],
    ['Saturday 10:00', '2026-11-21T01:00:00Z', false],
    ['Sunday 15:00 in Greenwich is Monday in Japan, at midnight', '2026-11-22T15:00:00Z', false],
  ])('%s', (_name, instant, isWithin) => {
    expect(isWorkingTime(new Date(instant), weekdays.hours)).toBe(isWithin)
  })

  it('takes a night shift over midnight to the day on which it began', () => {
    const night = { days: ['fri'], from: '22:00', to: '06:00' }
    expect(isWorkingTime(new Date('2026-11-20T18:00:00Z'), night)).toBe(true) // Saturday 03:00
    expect(isWorkingTime(new Date('2026-11-19T18:00:00Z'), night)).toBe(false) // Friday 03:00
  })
})

describe('records of sign-ins', () => {
  it('leave out restarts and both ways of writing a time zone', () => {
    const text =
      'reboot   system boot  2026-11-20T08:00:00+09:00\nsato tty1 2026-11-20T08:00:00+0900 gone\n\nwtmp begins 2026-11-01T00:00:00+0900'
    expect(parseLast(text)).toEqual({
      signIns: [{ user: 'sato', at: '2026-11-19T23:00:00.000Z', from: 'tty1' }],
      begins: '2026-10-31T15:00:00.000Z',
    })
  })

  it('of lastlog are by name', () => {
    const text =
      'Username Port From Latest\nroot **Never logged in**\nsato pts/0 192.0.2.1 Sun Nov  1 08:00:00 +0900 2026'
    expect([...parseLastlog(text)]).toEqual([
      ['root', null],
      ['sato', '2026-10-31T23:00:00.000Z'],
    ])
  })
})

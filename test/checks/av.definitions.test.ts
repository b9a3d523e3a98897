import { describe, expect, it } from 'vitest'
import { avDefinitions } from '../../src/checks/av.definitions.ts'
import { parseHeaders, parseVersionLine } from '../../src/checks/clamav-database.ts'
import { lastUpdateError } from '../../src/checks/clamav-log.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { judgeRaws, lost, now, output, readFixture, rows } from './one-check.ts'
import { windowsRaws } from './windows-raws.ts'

describe('the header of a ClamAV database', () => {
  it('tells version and build time, as a real one has them', () => {
    expect(parseHeaders(readFixture('clamav/headers.txt'))).toEqual([
      { file: '/var/lib/clamav/daily.cud', version: 27001, builtAt: '2026-11-21T12:15:52.000Z' },
    ])
  })

  it('is read by its own time where the seconds are missing', () => {
    const [one] = parseHeaders('==> /d/daily.cvd <==\nClamAV-VDB:01 Nov 2026 08-03 +0900:26990:1:90:X:X:b\n')
    expect(one?.builtAt).toBe('2026-10-31T23:03:00.000Z')
  })

  it.each([
    ['an empty file', '==> /d/daily.cvd <==\n'],
    ['a file of something else', '==> /d/daily.cvd <==\nPK\u0003\u0004:1:2\n'],
    ['a header without a time', '==> /d/daily.cvd <==\nClamAV-VDB:soon:1:1\n'],
    ['a time that is no number', '==> /d/daily.cvd <==\nClamAV-VDB:x:1:1:1:1:1:1:later\n'],
  ])('is nothing in %s', (_sentence, text) => {
    expect(parseHeaders(text)).toEqual([])
  })

  it('is told by clamd in local time', () => {
    expect(parseVersionLine(readFixture('clamav/version.txt'), 540)).toEqual({
      engine: '1.4.6',
      version: '27001',
      builtAt: '2026-11-21T03:15:52.000Z',
    })
  })
})

describe('the log of freshclam', () => {
  it('tells why the last update failed', () => {
    expect(lastUpdateError(readFixture('clamav/freshclam.log'))).toBe('Database update process failed: HTTP GET failed')
  })

  it('tells nothing once an update went well again', () => {
    const later = 'Sat Nov 21 13:00:00 2026 -> daily.cvd database is up-to-date (version: 27001)\n'
    expect(lastUpdateError(readFixture('clamav/freshclam.log') + later)).toBeNull()
  })
})

function daysAgo(days: number): number {
  return Math.floor(now.getTime() / 1000) - days * 86_400
}

function headers(folder: string, days: number): string {
  return `==> ${folder}/daily.cld <==\nClamAV-VDB:x:26990:1:90:X:X:b:${daysAgo(days)}\n`
}

function clamav(days: number, more: Raws = {}): Raws {
  return { processes: output('clamd\n'), offset: output('+0900\n'), databases: output(headers('/d', days), 1), ...more }
}

const running = { version: output('ClamAV 1.4.6/26900/Sun Nov  1 12:15:52 2026\n') }
const byFolder = { definitionsFolder: '/srv/patterns' }
const linux: [string, Raws, string, string, object?][] = [
  ['three days old with three allowed', clamav(3), 'pass', '3 day(s) old; 3 allowed'],
  ['four days old with three allowed', clamav(4), 'fail', '4 days old; 3 allowed'],
  [
    'four days old with a week for this zone',
    clamav(4),
    'pass',
    '7 allowed',
    { definitionsMaxAgeDays: { default: 1, mynumber: 7 } },
  ],
  ['fresh on disk, but clamd still has the old ones loaded', clamav(0, running), 'fail', '19 days old'],
  [
    'old, and freshclam says why',
    clamav(9, { freshclam: output('ERROR: Can’t connect\n') }),
    'fail',
    'The last update failed: Can’t connect',
  ],
  [
    "old by the clock, but the zone's own source has none newer",
    clamav(20, { source: output(headers('/srv/patterns', 18), 1) }),
    'pass',
    '2 day(s) behind',
    byFolder,
  ],
  [
    "old, and the zone's own source has newer ones",
    clamav(20, { source: output(headers('/srv/patterns', 2), 1) }),
    'fail',
    '18 days behind',
    byFolder,
  ],
  ['old, and the source cannot be read', clamav(20, { source: lost('denied') }), 'unknown', 'cannot be read', byFolder],
  [
    'old, and the source holds no database',
    clamav(20, { source: output('', 1) }),
    'unknown',
    'cannot be read',
    byFolder,
  ],
  ['fresh by the clock needs no source', clamav(1, { source: lost('denied') }), 'pass', '1 day(s) old', byFolder],
  ['dated in the future', clamav(-30), 'unknown', 'look at the clock'],
  ['made after this clock, within a day', clamav(-1), 'pass', '0 day(s) old'],
  ['databases without clamd still have an age', { ...clamav(1), processes: output('bash\n') }, 'pass', '1 day(s) old'],
  [
    'clamd without a database that could be read',
    clamav(1, { databases: lost('denied') }),
    'unknown',
    'cannot be read',
  ],
  ['no antivirus at all', { processes: output('bash\n'), databases: output('', 1) }, 'fail', 'No antivirus product'],
  [
    'another product, whose definitions have no date here',
    { processes: output('oaeventd\nscand\n'), databases: output('', 1) },
    'unknown',
    'ESET',
  ],
  ['nothing was read', {}, 'unknown', 'was not read'],
]

describe('av.definitions on Linux', () => {
  it.each(linux)('%s', (_sentence, raws, outcome, reason, antivirus = {}) => {
    const judgement = judgeRaws(avDefinitions, raws, { sections: { antivirus } })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
  })
})

const symantec = (values: Record<string, string>): Raws => ({
  'security-center': rows({ displayName: 'Symantec Endpoint Protection', productState: 266_240 }),
  defender: lost('missing'),
  'symantec 64': { kind: 'registry', keys: [{ path: 'public-opstate', values }] },
})
const offered = (modifiedAt: string): Raws => ({
  source: {
    kind: 'directory',
    isTruncated: false,
    entries: [{ path: 'mpam-fe.exe', type: 'file', size: 1, modifiedAt, mode: 0, uid: 0 }],
  },
})
const windows: [string, Raws, string, string, object?][] = [
  [
    'Defender of yesterday evening',
    { 'security-center': lost('missing'), ...windowsRaws('defender') },
    'pass',
    '1.431.102.0',
  ],
  [
    'a product that tells no date says that it is current',
    { ...windowsRaws('security-center'), defender: lost('missing') },
    'pass',
    'says that its definitions are current',
  ],
  [
    'a product that tells no date says that it is not',
    { 'security-center': rows({ displayName: 'ESET', productState: 0x41010 }), defender: lost('missing') },
    'fail',
    'out of date',
  ],
  [
    'a product whose flag nobody knows',
    { 'security-center': rows({ displayName: 'ESET', productState: 0x41070 }), defender: lost('missing') },
    'unknown',
    'cannot be read',
  ],
  ['Symantec tells its date: fresh', symantec({ LatestVirusDefsDate: '2026-11-19' }), 'pass', '2026-11-19'],
  [
    'Symantec tells its date: old, whatever its flag says',
    symantec({ LatestVirusDefsDate: '2026-11-01' }),
    'fail',
    '20 days old',
  ],
  ['a date that is none leaves the flag', symantec({ LatestVirusDefsDate: 'yesterday' }), 'pass', 'says that'],
  [
    'old, and the folder of the zone offers newer',
    { ...symantec({ LatestVirusDefsDate: '2026-11-01' }), ...offered('2026-11-20T00:00:00.000Z') },
    'fail',
    '19 days behind',
    { definitionsFolder: 'D:\\patterns' },
  ],
  [
    'old, and the folder of the zone offers nothing newer',
    { ...symantec({ LatestVirusDefsDate: '2026-11-01' }), ...offered('2026-11-02T00:00:00.000Z') },
    'pass',
    '1 day(s) behind',
    { definitionsFolder: 'D:\\patterns' },
  ],
  ['neither answers', { 'security-center': lost('timeout'), defender: lost('missing') }, 'unknown', 'took too long'],
]

describe('av.definitions on Windows', () => {
  it.each(windows)('%s', (_sentence, raws, outcome, reason, antivirus = {}) => {
    const judgement = judgeRaws(avDefinitions, raws, { system: 'windows', sections: { antivirus } })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
  })
})

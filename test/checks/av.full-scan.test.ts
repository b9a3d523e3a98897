import { describe, expect, it } from 'vitest'
import { avFullScan } from '../../src/checks/av.full-scan.ts'
import { parseScans } from '../../src/checks/clamav-log.ts'
import type { Raw, Raws } from '../../src/checks/reading.ts'
import { folder, judgeRaws, lost, output, readFixture, rows } from './one-check.ts'
import { windowsRaws } from './windows-raws.ts'

describe('scans in the logs', () => {
  it('of clamscan tell how much was read', () => {
    expect(parseScans(readFixture('clamav/clamscan.log'), 0)).toEqual([
      { endedAt: '2026-11-21T12:31:12.000Z', infected: 1, scanned: 922 + 4509, roots: [] },
    ])
  })

  it('of clamdscan tell only what was clean', () => {
    expect(
      parseScans(readFixture('clamav/clamdscan.log'), 540).map(({ scanned, roots }) => ({ scanned, roots })),
    ).toEqual([
      { scanned: null, roots: [] },
      { scanned: null, roots: ['/home/shokuin/scan/ok.txt'] },
    ])
  })

  it('that were broken off are no scans', () => {
    expect(parseScans(readFixture('clamav/clamscan.log').split('----------- SCAN')[0] ?? '', 0)).toEqual([])
  })
})

function summary(date: string, files: number): string {
  return `${'-'.repeat(79)}\n\n----------- SCAN SUMMARY -----------\nScanned directories: 10\nScanned files: ${files}\nInfected files: 0\nEnd Date:   ${date} 12:00:00\n`
}

const path = '/var/log/clamav/fullscan.log'
const base: Raws = {
  processes: output('clamd\n'),
  offset: output('+0900\n'),
  files: output('  IUsed\n 10000\n'),
  schedule: output('', 2),
  'log folder': folder('clamav.log', 'fullscan.log'),
  'log /var/log/clamav/clamav.log': output(''),
}
const log = (text: string): Raws => ({ ...base, [`log ${path}`]: output(text) })
const clamdscan = (root: string) =>
  `${'-'.repeat(38)}\n${root}: OK\n\n----------- SCAN SUMMARY -----------\nInfected files: 0\nEnd Date:   2026:11:18 12:00:00\n`

const linux: [string, Raws, string, string][] = [
  ['a scan of most files, in time', log(summary('2026:11:01', 9000)), 'pass', 'on 2026-11-01; 30 days allowed'],
  ['a scan of most files, too long ago', log(summary('2026:10:01', 9000)), 'fail', '51 days ago'],
  [
    'the newest of several counts',
    log(summary('2026:06:01', 9000) + summary('2026:11:10', 9000)),
    'pass',
    '2026-11-10',
  ],
  [
    'a small scan is none of the whole',
    log(summary('2026:10:01', 9000) + summary('2026:11:20', 12)),
    'fail',
    '51 days ago',
  ],
  ['clamdscan of everything', log(clamdscan('/')), 'pass', '2026-11-18'],
  [
    'clamdscan of one folder only: there was a scan, but not of this',
    log(clamdscan('/home')),
    'unknown',
    'record of full scans',
  ],
  [
    'how many files there are cannot be told',
    { ...log(summary('2026:11:20', 9000)), files: lost() },
    'unknown',
    'does not show',
  ],
  [
    'how many files there are is told as zero (btrfs)',
    { ...log(summary('2026:11:20', 9000)), files: output(' IUsed\n 0\n') },
    'unknown',
    'does not show',
  ],
  ['nothing on record, nothing scheduled', log(''), 'fail', 'none is scheduled'],
  [
    'nothing on record, but scheduled',
    { ...log(''), schedule: output('/etc/cron.d/scan\n', 2) },
    'unknown',
    '/etc/cron.d/scan',
  ],
  [
    'nothing on record, and the schedule cannot be read',
    { ...log(''), schedule: lost() },
    'unknown',
    'record of full scans',
  ],
  [
    'another product, whose records are elsewhere',
    { ...base, processes: output('scand\n') },
    'unknown',
    'record of full scans',
  ],
  ['the logs cannot be listed', { ...base, 'log folder': lost('denied') }, 'unknown', 'record of full scans'],
  ['dated in the future', log(summary('2027:11:01', 9000)), 'unknown', 'look at the clock'],
  ['nothing was read', {}, 'unknown', 'was not read'],
]

const none = { 'security-center': lost('missing') } as const
const scanned = (FullScanAge: unknown, FullScanEndTime: unknown): Raw =>
  rows({ AMRunningMode: 'Normal', AntivirusEnabled: true, FullScanAge, FullScanEndTime })
const windows: [string, Raws, string, string][] = [
  ['Defender never ran one', { ...none, ...windowsRaws('defender') }, 'fail', 'No scan of the whole terminal'],
  ['Defender ran one in time', { ...none, defender: scanned(5, '20261115120000.000000+540') }, 'pass', '2026-11-15'],
  ['Defender ran one long ago', { ...none, defender: scanned(60, '20260915120000.000000+540') }, 'fail', '67 days ago'],
  ['Defender does not tell', { ...none, defender: scanned(null, null) }, 'unknown', 'record of full scans'],
  [
    'a third-party product keeps its record elsewhere',
    { ...windowsRaws('security-center'), defender: lost('missing') },
    'unknown',
    'record of full scans',
  ],
]

describe('av.full-scan', () => {
  it.each(linux)('Linux: %s', (_sentence, raws, outcome, reason) => {
    const judgement = judgeRaws(avFullScan, raws)
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
  })

  it.each(windows)('Windows: %s', (_sentence, raws, outcome, reason) => {
    const judgement = judgeRaws(avFullScan, raws, { system: 'windows' })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
  })
})

import { describe, expect, it } from 'vitest'
import { avDetection } from '../../src/checks/av.detection.ts'
import { linuxDetections } from '../../src/checks/clamav-detections.ts'
import { parseDetections } from '../../src/checks/clamav-log.ts'
import { newestDetections } from '../../src/checks/detections.ts'
import type { Raw, Raws } from '../../src/checks/reading.ts'
import { judgeRaws, lost, output, policyWith, readFixture, rows } from './one-check.ts'
import { windowsRaws } from './windows-raws.ts'

const invoice = '/home/shokuin/scan/a/請求書.com'

describe('FOUND lines', () => {
  it('of clamd carry their own time', () => {
    expect(parseDetections(readFixture('clamav/clamd.log'), 540)).toEqual([
      { at: '2026-11-21T03:15:56.000Z', path: invoice, malware: 'Eicar-Test-Signature.UNOFFICIAL' },
      { at: '2026-11-21T03:25:47.000Z', path: 'instream(local)', malware: 'Eicar-Test-Signature.UNOFFICIAL' },
    ])
  })

  it.each(['clamscan.log', 'clamdscan.log'])('of %s take the end of their scan', (name) => {
    const [one] = parseDetections(readFixture(`clamav/${name}`), 0)
    expect(one).toMatchObject({ path: invoice, malware: 'Eicar-Test-Signature.UNOFFICIAL' })
    expect(one?.at).toMatch(/^2026-11-21T12:(15:56|31:12)/)
  })

  it('without any time are told without one', () => {
    expect(parseDetections('/a b: c: Win.Test FOUND\n', 0)).toEqual([
      { at: null, path: '/a b: c', malware: 'Win.Test' },
    ])
  })

  it('in a clean log are none', () => {
    expect(parseDetections('/tmp/FOUND: OK\nSat Nov 21 12:15:56 2026 -> SelfCheck: Database status OK.\n', 0)).toEqual(
      [],
    )
  })
})

describe('many detections', () => {
  const one = (place: string, at: string | null) => ({ at, malware: 'Win.Test', place, state: 'present' as const })

  it('come newest first, those of unknown time before all, each once', () => {
    const { detections } = newestDetections([
      one('a', '2026-11-01T00:00:00Z'),
      one('b', '2026-11-03T00:00:00Z'),
      one('a', '2026-11-02T00:00:00Z'),
      one('c', null),
    ])
    expect(detections.map(({ place, at }) => `${place} ${at?.slice(8, 10)}`)).toEqual(['c undefined', 'b 03', 'a 02'])
  })

  it('are cut to the newest, and it is said', () => {
    const all = Array.from({ length: 250 }, (_, at) =>
      one(`f${at}`, `2026-11-01T00:${String(at % 60).padStart(2, '0')}:00Z`),
    )
    expect(newestDetections(all)).toMatchObject({ isTruncated: true, detections: { length: 200 } })
  })
})

const folder: Raw = {
  kind: 'directory',
  isTruncated: false,
  entries: [
    { path: 'clamav.log', type: 'file', size: 900, modifiedAt: '2026-11-21T02:00:00.000Z', mode: 0o640, uid: 104 },
  ],
}
const base: Raws = { processes: output('clamd\n'), offset: output('+0900\n'), folder, logs: output('', 1) }
const found = (day: string): Raws => ({
  ...base,
  logs: output(`Sat ${day} 09:00:00 2026 -> /home/a/x.exe: Win.Test(44d8:68) FOUND\n`),
})
const here = (modifiedAt: string): Raws => ({
  'file /home/a/x.exe': { kind: 'file', text: '', size: 1, modifiedAt, mode: 0o644, uid: 1000 },
})
const gone: Raws = { 'file /home/a/x.exe': lost('missing') }

const linux: [string, Raws, string, string, object?][] = [
  ['nothing was found', base, 'pass', 'no open detection'],
  [
    'found today, and still there',
    { ...found('Nov 21'), ...here('2026-11-20T00:00:00.000Z') },
    'fail',
    '1 not known to be gone',
  ],
  [
    'found last month, and still there',
    { ...found('Oct 20'), ...here('2026-10-01T00:00:00.000Z') },
    'fail',
    '1 not known to be gone',
  ],
  ['found today, and gone', { ...found('Nov 21'), ...gone }, 'fail', 'none of them is there any more'],
  ['found eight days ago, and gone', { ...found('Nov 13'), ...gone }, 'pass', '1 past ones'],
  [
    'found eight days ago, and gone, in a town that keeps it open for thirty',
    { ...found('Nov 13'), ...gone },
    'fail',
    'none of them',
    { detectionOpenDays: 30 },
  ],
  [
    'found last month, and another file is in its place since',
    { ...found('Oct 20'), ...here('2026-11-01T00:00:00.000Z') },
    'pass',
    '1 past ones',
  ],
  [
    'found last month, and whether it is there cannot be told',
    { ...found('Oct 20'), 'file /home/a/x.exe': lost('denied') },
    'fail',
    '1 not known to be gone',
  ],
  [
    'found at a time that nobody knows, and gone',
    { ...found('Oct 20'), ...gone, offset: lost() },
    'fail',
    'none of them',
  ],
  ['no log was ever written', { ...base, folder: { ...folder, entries: [] } }, 'unknown', 'no product'],
  [
    'there is no ClamAV',
    { ...base, processes: output('bash\n'), folder: lost('missing'), logs: output('', 2) },
    'unknown',
    'no product',
  ],
  ['another product keeps its record elsewhere', { ...base, processes: output('scand\n') }, 'unknown', 'ESET'],
  ['the logs cannot be read', { ...base, logs: lost('denied') }, 'unknown', 'permission denied'],
]

const alone = { 'security-center': lost('missing') } as const
const windows: [string, Raws, string, string, string[]?][] = [
  [
    'one is there, one was quarantined long ago',
    { ...alone, ...windowsRaws('defender', 'detections', 'threats') },
    'fail',
    '1 not known to be gone',
    ['Virus:DOS/EICAR_Test_File C:\\Users\\税務課\\Downloads\\請求書.exe'],
  ],
  [
    'one was allowed by somebody',
    {
      ...alone,
      ...windowsRaws('defender'),
      detections: rows({ ThreatID: '5', ThreatStatusID: 5, InitialDetectionTime: '/Date(1700000000000)/' }),
    },
    'fail',
    '1 not known',
    ['ThreatID 5 '],
  ],
  [
    'quarantine failed',
    { ...alone, ...windowsRaws('defender'), detections: rows({ ThreatID: '5', ThreatStatusID: 102 }) },
    'fail',
    '1 not known',
  ],
  ['none', { ...alone, ...windowsRaws('defender'), detections: rows() }, 'pass', 'no open detection'],
  [
    'a third-party product watches instead',
    { ...windowsRaws('security-center'), defender: lost('missing'), detections: lost('missing') },
    'unknown',
    'ｳｲﾙｽﾊﾞｽﾀｰ',
  ],
  [
    'Defender is on, its detections cannot be asked for',
    { ...alone, ...windowsRaws('defender'), detections: lost('timeout') },
    'unknown',
    'took too long',
  ],
]

describe('av.detection', () => {
  it.each(linux)('Linux: %s', (_sentence, raws, outcome, reason, antivirus = {}) => {
    const judgement = judgeRaws(avDetection, raws, { sections: { antivirus } })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
  })

  it.each(windows)('Windows: %s', (_sentence, raws, outcome, reason, keys) => {
    const judgement = judgeRaws(avDetection, raws, { system: 'windows' })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
    if (keys !== undefined) expect(judgement?.items.map(({ key }) => key)).toEqual(keys)
  })

  it('asks whether each file is still there', () => {
    const raws = { ...base, logs: output(readFixture('clamav/clamd.log')) }
    expect(Object.keys(linuxDetections.more?.(raws, { policy: policyWith(), zone: 'lgwan' }) ?? {})).toEqual([
      `file ${invoice}`,
    ])
  })
})

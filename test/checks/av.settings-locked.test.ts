import { describe, expect, it } from 'vitest'
import { avSettingsLocked } from '../../src/checks/av.settings-locked.ts'
import { linuxSettings } from '../../src/checks/clamav-settings.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { file, judgeRaws, lost, output, policyWith, rows } from './one-check.ts'
import { windowsRaws } from './windows-raws.ts'

const good = `0 755 directory|/etc/clamav
0 644 regular file|/etc/clamav/clamd.conf
104 444 regular file|/etc/clamav/freshclam.conf
0 755 regular file|/usr/sbin/clamd
`
const clamd = { processes: output('clamd\n'), socket: output('104 660 socket|/run/clamav/clamd.ctl\n') }

const linux: [string, Raws, string, string, string?][] = [
  ['root and clamav own everything', { ...clamd, files: output(good, 1) }, 'pass', 'Only administrators'],
  [
    'everybody may order clamd to stop (the default of Debian)',
    { ...clamd, files: output(good, 1), socket: output('104 666 socket|/run/clamav/clamd.ctl\n') },
    'fail',
    'no administrator may stop',
    '/run/clamav/clamd.ctl',
  ],
  [
    'clamd.conf may be written by everybody',
    { ...clamd, files: output(good.replace('0 644', '0 666'), 1) },
    'fail',
    'no administrator',
    '/etc/clamav/clamd.conf',
  ],
  [
    'clamd.conf may be written by its group',
    { ...clamd, files: output(good.replace('0 644', '0 664'), 1) },
    'fail',
    'no administrator',
    '/etc/clamav/clamd.conf',
  ],
  [
    "clamd.conf is a person's",
    { ...clamd, files: output(good.replace('0 644', '1000 644'), 1) },
    'fail',
    'no administrator',
    '/etc/clamav/clamd.conf',
  ],
  [
    'installed and stopped is looked at too',
    { processes: output('bash\n'), files: output(good, 1), socket: output('', 1) },
    'pass',
    'Only administrators',
  ],
  ['nothing is installed', { processes: output('bash\n'), files: output('', 1) }, 'fail', 'No antivirus product'],
  [
    'another product, whose lock cannot be seen',
    { processes: output('scand\n'), files: output('', 1) },
    'unknown',
    'ESET',
  ],
  [
    'clamd runs, its files are nowhere',
    { ...clamd, socket: output('', 1), files: output('', 1) },
    'unknown',
    'not found',
  ],
  ['the files cannot be looked at', { ...clamd, files: lost('timeout') }, 'unknown', 'took too long'],
]

const alone = { 'security-center': lost('missing') } as const
const windows: [string, Raws, string, string][] = [
  ['tamper protection on', { ...alone, ...windowsRaws('defender') }, 'pass', 'is on'],
  [
    'tamper protection off',
    { ...alone, defender: rows({ AMRunningMode: 'Normal', AntivirusEnabled: true, IsTamperProtected: false }) },
    'fail',
    'is off',
  ],
  [
    'tamper protection not told',
    { ...alone, defender: rows({ AMRunningMode: 'Normal', AntivirusEnabled: true }) },
    'unknown',
    'cannot be read',
  ],
  [
    'a third-party product in its place',
    { ...windowsRaws('security-center'), defender: lost('missing') },
    'unknown',
    'ｳｲﾙｽﾊﾞｽﾀｰ',
  ],
]

describe('av.settings-locked', () => {
  it.each(linux)('Linux: %s', (_sentence, raws, outcome, reason, key) => {
    const judgement = judgeRaws(avSettingsLocked, raws)
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
    if (key !== undefined) expect(judgement?.items.map((one) => one.key)).toEqual([key])
  })

  it.each(windows)('Windows: %s', (_sentence, raws, outcome, reason) => {
    const judgement = judgeRaws(avSettingsLocked, raws, { system: 'windows' })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
  })

  it('asks nothing where the policy does not', () => {
    const sections = { antivirus: { settingsLocked: false } }
    expect(judgeRaws(avSettingsLocked, { ...clamd, files: output(good, 1) }, { sections })).toBeNull()
  })

  it('looks at the socket that clamd.conf names', () => {
    const raws = { 'clamd.conf': file('# LocalSocket /no\nLocalSocket /srv/av.ctl\n') }
    const more = linuxSettings.more?.(raws, { policy: policyWith(), zone: 'lgwan' })
    expect(more?.socket).toMatchObject({ args: expect.arrayContaining(['/srv/av.ctl']) })
  })
})

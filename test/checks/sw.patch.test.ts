import { describe, expect, it } from 'vitest'
import { isSecuritySuite, lastUpgrade, parseReleases, parseUpgradable } from '../../src/checks/apt.ts'
import { secondTuesdayAfter } from '../../src/checks/patch-day.ts'
import type { Raw, Raws } from '../../src/checks/reading.ts'
import { swPatch } from '../../src/checks/sw.patch.ts'
import { factsOf, file, judgeRaws, lost, output, readFixture, rows } from './one-check.ts'
import { windowsRaws } from './windows-raws.ts'

const releases = readFixture('apt/releases.txt')

describe('what apt tells', () => {
  it('of pending updates, as it was read', () => {
    const updates = parseUpgradable(readFixture('apt/upgradable.txt'))
    expect(updates).toContainEqual({
      name: 'libgcrypt20',
      installed: '1.10.1-3',
      available: '1.10.1-3+deb12u1',
      suites: ['oldstable', 'oldstable-security'],
    })
    expect(updates).toHaveLength(6)
  })

  it('is not taken for nothing where its words are others', () => {
    expect(parseUpgradable('unzip/oldstable-security 6.0-28+deb12u1 amd64 [6.0-28 からアップグレード可]\n')).toBeNull()
  })

  it('of its sources', () => {
    const [security] = parseReleases(releases).filter(({ suites }) => suites.includes('oldstable-security'))
    expect(security).toMatchObject({ origin: 'Debian', date: '2026-11-20T00:12:41.000Z' })
  })

  it.each([
    ['the security suite', 'oldstable-security', true],
    ['an ordinary suite of the distribution', 'oldstable', false],
    ["a source of the town's own", 'town', true],
    ['a source that nobody knows', 'elsewhere', false],
  ])('makes %s count: %s', (_sentence, suite, counts) => {
    const own = '/var/lib/apt/lists/town_Release:Origin: 町\n/var/lib/apt/lists/town_Release:Suite: town\n'
    expect(isSecuritySuite(suite, parseReleases(releases + own))).toBe(counts)
  })

  it('of the last run that took everything: an installation is none', () => {
    expect(lastUpgrade(readFixture('apt/history.log'), 0)).toBe('2026-10-20T06:11:31.000Z')
  })

  it('of a run that failed is not that it went well', () => {
    const failed = readFixture('apt/history.log').replace(
      'End-Date: 2026-10-20',
      'Error: Sub-process returned 1\nEnd-Date: 2026-10-20',
    )
    expect(lastUpgrade(failed, 0)).toBeNull()
  })
})

const upgradable = (line: string): Raw => output(line)
const base: Raws = {
  releases: output(releases),
  history: file(''),
  advisories: lost('missing'),
  offset: output('+0900\n'),
  'reboot-required': lost('missing'),
  kernel: output('6.1.0-28-amd64\n'),
  boot: { kind: 'directory', isTruncated: false, entries: [] },
}
const openssl = 'openssl/oldstable-security 3.0.22-1 amd64 [upgradable from: 3.0.19-1]\n'
const kernels = (...names: [string, string][]): Raw => ({
  kind: 'directory',
  isTruncated: false,
  entries: names.map(([name, modifiedAt]) => ({ path: name, type: 'file', size: 1, modifiedAt, mode: 0o644, uid: 0 })),
})
const requiredSince = (modifiedAt: string): Raws => ({
  'reboot-required': { kind: 'file', text: '', size: 0, modifiedAt, mode: 0o644, uid: 0 },
})
/** As told the last time: nothing was missing. */
const clean = factsOf(swPatch, { ...base, upgradable: upgradable('') })
const previous = clean.ok ? clean.facts : null
const pendingSince = (since: string) => ({
  ...previous,
  pending: [{ name: 'openssl', installed: '3', available: '3.0.21-1', source: 's', since, isExact: true }],
})
const old = output(releases.replaceAll('20 Nov 2026', '01 Sep 2026'))

const linux: [string, Raws, string, string, object?][] = [
  ['nothing is missing', { ...base, upgradable: upgradable('') }, 'pass', 'No security update is missing'],
  [
    'an update that is no security update',
    { ...base, upgradable: upgradable('bash/oldstable 2 amd64 [upgradable from: 1]\n') },
    'pass',
    'No security update is missing',
  ],
  [
    'a security update that came since the last look',
    { ...base, upgradable: upgradable(openssl) },
    'pass',
    'none for more than 60 days',
    { previous },
  ],
  [
    'one that was there at the first look',
    { ...base, upgradable: upgradable(openssl) },
    'unknown',
    'this being the first look',
  ],
  [
    'one that was there at the first look, but all was upgraded a month ago',
    { ...base, upgradable: upgradable(openssl), history: file(readFixture('apt/history.log')) },
    'pass',
    'none for more than 60 days',
  ],
  [
    'one that has been missing for 61 days, by what was told before',
    { ...base, upgradable: upgradable(openssl) },
    'fail',
    '1 security update(s) older than 60 days',
    { previous: pendingSince('2026-09-21T00:00:00.000Z') },
  ],
  [
    'the same within the days that this zone has',
    { ...base, upgradable: upgradable(openssl) },
    'pass',
    'none for more than 90 days',
    {
      previous: pendingSince('2026-09-21T00:00:00.000Z'),
      sections: { patches: { maxAgeDays: { default: 30, mynumber: 90 } } },
    },
  ],
  [
    'one that a list of July offered already',
    { ...base, upgradable: upgradable(readFixture('apt/upgradable.txt')) },
    'fail',
    '2 security update(s)',
  ],
  [
    'the list is older than an update may be',
    { ...base, releases: old, upgradable: upgradable('') },
    'unknown',
    'the list of updates is of 2026-09-01',
  ],
  [
    'the list was never fetched',
    { ...base, releases: output('', 1), upgradable: upgradable('') },
    'unknown',
    'was ever fetched',
  ],
  [
    'no source of security updates',
    {
      ...base,
      releases: output(releases.replaceAll('-security', '-extra').replaceAll('Security', 'Extra')),
      upgradable: upgradable(''),
    },
    'unknown',
    'was ever fetched',
  ],
  ['apt cannot be asked', { ...base, upgradable: lost('timeout') }, 'unknown', 'took too long'],
  [
    'a restart asked for eight days ago',
    { ...base, upgradable: upgradable(''), ...requiredSince('2026-11-12T00:00:00.000Z') },
    'fail',
    'restart after updates is overdue',
  ],
  [
    'a restart asked for yesterday',
    { ...base, upgradable: upgradable(''), ...requiredSince('2026-11-20T00:00:00.000Z') },
    'pass',
    'No security update',
  ],
  [
    'a newer kernel waits since October',
    {
      ...base,
      upgradable: upgradable(''),
      boot: kernels(
        ['vmlinuz-6.1.0-28-amd64', '2026-01-01T00:00:00.000Z'],
        ['vmlinuz-6.1.0-30-amd64', '2026-10-01T00:00:00.000Z'],
      ),
    },
    'fail',
    'restart',
  ],
  [
    'older kernels and a rescue image are there',
    {
      ...base,
      upgradable: upgradable(''),
      boot: kernels(
        ['vmlinuz-6.1.0-28-amd64', '2026-01-01T00:00:00.000Z'],
        ['vmlinuz-6.1.0-9-amd64', '2025-01-01T00:00:00.000Z'],
        ['vmlinuz-0-rescue-7af3', '2025-01-01T00:00:00.000Z'],
        ['vmlinuz-6.1.0-30-rt-amd64', '2025-01-01T00:00:00.000Z'],
      ),
    },
    'pass',
    'No security update',
  ],
  [
    'the kernel comes from elsewhere',
    {
      ...base,
      upgradable: upgradable(''),
      kernel: output('6.18.44-hosted\n'),
      boot: kernels(['vmlinuz-6.1.0-30-amd64', '2025-01-01T00:00:00.000Z']),
    },
    'pass',
    'No security update',
  ],
  [
    'apt speaks in words that are not known',
    { ...base, upgradable: upgradable('unzip: newer available\n') },
    'unknown',
    'cannot be made out',
  ],
  ['neither apt nor dnf', { ...base, upgradable: lost('missing') }, 'unknown', 'no package manager'],
]

describe('sw.patch with apt', () => {
  it.each(linux)('%s', (_sentence, raws, outcome, reason, given = {}) => {
    const judgement = judgeRaws(swPatch, raws, given)
    expect(judgement?.reason.en.toLowerCase()).toContain(reason.toLowerCase())
    expect(judgement?.outcome).toBe(outcome)
  })

  it('keeps the day on which an update was first missing, when the next fix overtakes it', () => {
    const facts = factsOf(
      swPatch,
      { ...base, upgradable: upgradable(openssl) },
      { previous: pendingSince('2026-10-01T00:00:00.000Z') },
    )
    expect(facts.ok && facts.facts.pending).toMatchObject([
      { available: '3.0.22-1', since: '2026-10-01T00:00:00.000Z', isExact: true },
    ])
  })
})

const dnf: Raws = {
  ...base,
  upgradable: lost('missing'),
  advisories: output(readFixture('dnf/list.txt')),
  'advisory dates': output(readFixture('dnf/info.txt')),
  'dnf cache': {
    kind: 'directory',
    isTruncated: false,
    entries: [
      { path: 'baseos.solv', type: 'file', size: 1, modifiedAt: '2026-11-20T00:00:00.000Z', mode: 0o644, uid: 0 },
    ],
  },
}

describe('sw.patch with dnf', () => {
  it.each<[string, Raws, string, string]>([
    [
      'an advisory of August is missing',
      dnf,
      'fail',
      '2 security update(s) older than 60 days are missing (3 missing in all)',
    ],
    [
      'only the young one is missing',
      { ...dnf, advisories: output(readFixture('dnf/list.txt').split('\n').slice(2).join('\n')) },
      'pass',
      'none for more than 60 days',
    ],
    ['nothing is missing', { ...dnf, advisories: output('') }, 'pass', 'No security update is missing'],
    [
      'nothing was ever fetched',
      { ...dnf, advisories: output(''), 'dnf cache': lost('missing') },
      'unknown',
      'was ever fetched',
    ],
    [
      'dnf speaks in words that are not known',
      { ...dnf, advisories: output('no matches, sorry\n') },
      'unknown',
      'cannot be made out',
    ],
    ['dnf says that its cache is empty', { ...dnf, advisories: output('', 1) }, 'unknown', 'cannot be made out'],
  ])('%s', (_sentence, raws, outcome, reason) => {
    const judgement = judgeRaws(swPatch, raws)
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
  })
})

const fixes = (...days: unknown[]): Raw => rows(...days.map((InstalledOn) => ({ InstalledOn })))
const key: Raw = { kind: 'registry', keys: [{ path: 'RebootRequired', values: {} }] }
const rebootSeen = {
  kind: 'windows',
  build: '1',
  installedAt: null,
  needsReboot: true,
  rebootSince: '2026-11-01T00:00:00.000Z',
}
/** Rows of the table `missing-updates` (IUpdateSearcher, IUpdate, IAutomaticUpdatesResults); titles as in Japanese Windows. */
const searched = (changes: object, ...updates: object[]): Raw =>
  rows(
    { Kind: 'search', ResultCode: 2, Count: updates.length, LastSearchSuccess: '2026-11-20T01:00:00.000Z', ...changes },
    ...updates.map((one) => ({ ...one })),
  )
const missing = (PublishedAt: string, category = '0FA1201D-4330-4FA8-8AE9-B877473B6441') => ({
  Kind: 'update',
  Title: '2026-11 x64 ベース システム用 Windows 11 Version 23H2 の累積更新プログラム (KB5046633)',
  UpdateId: 'c9a7a1e0-0d0b-4b6e-9d60-5d0cf2a3f4b1',
  Severity: null,
  Articles: ['5046633'],
  Categories: [category],
  PublishedAt,
  IsDownloaded: true,
  NeedsReboot: true,
})
const windows: [string, Raws, string, string, object?][] = [
  ["this month's update", windowsRaws('version', 'fixes'), 'pass', 'Build 22631.4460, last updated on 2026-11-11'],
  [
    'nothing since before the release of September, 73 days ago',
    { ...windowsRaws('version'), fixes: fixes('8/20/2026') },
    'fail',
    'monthly updates since then are missing',
  ],
  [
    'nothing since before the release of October, 38 days ago',
    { ...windowsRaws('version'), fixes: fixes('9/15/2026') },
    'pass',
    'last updated on 2026-09-15',
  ],
  [
    'a day as hexadecimal FILETIME',
    { ...windowsRaws('version'), fixes: fixes('01dd716f98368000') },
    'pass',
    'last updated on 2026-11-11',
  ],
  ['a day that is none (D/M/Y)', { ...windowsRaws('version'), fixes: fixes('22/2/2026') }, 'unknown', 'cannot be read'],
  [
    'updates cannot be asked for',
    { ...windowsRaws('version'), fixes: lost('timeout') },
    'unknown',
    'Build 22631.4460: the day of the last update cannot be read',
  ],
  [
    'a restart is owed since the last look three weeks ago',
    { ...windowsRaws('version', 'fixes'), 'update reboot': key },
    'fail',
    'restart',
    { previous: rebootSeen },
  ],
  [
    'a restart is owed since now',
    { ...windowsRaws('version', 'fixes'), 'servicing reboot': key },
    'pass',
    'last updated',
  ],
  ['nothing can be read', { version: lost('denied'), fixes: lost('timeout') }, 'unknown', 'permission denied'],
  [
    'Windows Update found nothing missing yesterday',
    { ...windowsRaws('version'), fixes: lost('timeout'), search: searched({}) },
    'pass',
    'no security update is missing (as Windows Update found on 2026-11-20)',
  ],
  [
    'a security update published in September is missing, whatever was installed since',
    { ...windowsRaws('version', 'fixes'), search: searched({}, missing('2026-09-09T17:00:00.000Z')) },
    'fail',
    '1 security update(s) are missing past their days (by Windows Update)',
  ],
  [
    'one of this month is missing, within its days',
    { ...windowsRaws('version', 'fixes'), search: searched({}, missing('2026-11-10T18:00:00.000Z')) },
    'pass',
    '1 security update(s) are missing, none for more than',
  ],
  [
    'definitions of Defender are no patches',
    {
      ...windowsRaws('version', 'fixes'),
      search: searched({}, missing('2026-01-01T00:00:00.000Z', 'E0789628-CE08-4437-BE74-2495B842F43B')),
    },
    'pass',
    'no security update is missing',
  ],
  [
    'Windows Update last asked half a year ago: the days of the releases decide',
    { ...windowsRaws('version', 'fixes'), search: searched({ LastSearchSuccess: '2026-05-20T03:00:00.000Z' }) },
    'pass',
    'by release days; single updates are not looked at; Windows Update last asked on 2026-05-20',
  ],
  [
    'Windows Update has never asked, and the day of the last update is not known',
    { ...windowsRaws('version'), fixes: rows(), search: searched({ LastSearchSuccess: null }) },
    'unknown',
    'Windows Update has never asked its server',
  ],
  [
    'a search that failed (4) tells nothing',
    { ...windowsRaws('version'), fixes: rows(), search: searched({ ResultCode: 4 }) },
    'unknown',
    'what is missing cannot be told',
  ],
]

describe('sw.patch on Windows', () => {
  it.each(windows)('%s', (_sentence, raws, outcome, reason, given = {}) => {
    const judgement = judgeRaws(swPatch, raws, { system: 'windows', ...given })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
  })

  it.each([
    ['2026-11-01T00:00:00Z', '2026-11-10'],
    ['2026-11-10T17:00:00Z', '2026-11-10'],
    ['2026-11-11T00:00:00Z', '2026-12-08'],
    ['2026-12-31T00:00:00Z', '2027-01-12'],
    ['2026-09-01T00:00:00Z', '2026-09-08'],
  ])('after %s the next release is of %s', (from, day) => {
    expect(secondTuesdayAfter(from).toISOString().slice(0, 10)).toBe(day)
  })
})

import { describe, expect, it } from 'vitest'
import { readLifecycle } from '../../src/catalogue.ts'
import { findCycle } from '../../src/checks/lifecycle.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { swUnsupported } from '../../src/checks/sw.unsupported.ts'
import { factsOf, file, judgeRaws, lost, output, readFixture } from './one-check.ts'
import { windowsRaws } from './windows-raws.ts'

const { found: lifecycle, problems } = readLifecycle('policies')

describe('the support dates that come with the project', () => {
  it('can all be read', () => {
    expect(problems).toEqual([])
    expect(lifecycle.length).toBeGreaterThan(20)
  })

  it.each(lifecycle.map((product) => [product.id, product] as const))(
    '%s names every cycle once, its source and how it is found',
    (id, product) => {
      const cycles = product.cycles.map(({ cycle }) => cycle)
      expect(new Set(cycles).size).toBe(cycles.length)
      expect(product.source).toMatch(/^https:\/\//)
      const { osRelease, packages, windowsNames } = product.matches
      // ClamAV's dates are those of its engine: av.engine looks them up by id.
      expect([...osRelease, ...packages, ...windowsNames].length > 0 || id === 'clamav').toBe(true)
      for (const { end, extendedEnd } of product.cycles) if (end && extendedEnd) expect(extendedEnd > end).toBe(true)
    },
  )
})

describe('the cycle of a version', () => {
  const product = { cycles: ['3', '3.1', '3.10'].map((cycle) => ({ cycle, end: null })) }
  it.each([
    ['3.10.2', '3.10'],
    ['3.1.9', '3.1'],
    ['3.2', '3'],
    ['30.1', undefined],
  ])('%s is %s', (version, cycle) => {
    expect(findCycle(product, version)?.cycle).toBe(cycle)
  })
})

const packages = readFixture('dpkg/packages.txt')
const linux = (id: string, version: string, more = ''): Raws => ({
  'os-release': file(`PRETTY_NAME="${id} ${version}"\nID=${id}\nVERSION_ID="${version}"\n`),
  dpkg: output(packages + more),
  rpm: lost('missing'),
})

const tables: [string, Raws, string, string, string[]?][] = [
  ['a supported system', linux('debian', '13'), 'pass', 'debian 13 (until 2028-08-09)'],
  ['a system whose support has ended', linux('debian', '11'), 'fail', '1 product(s)', ['debian 11']],
  ['a system that nobody has dates of', linux('plan9', '4'), 'unknown', 'support dates of plan9 4 are not known'],
  ['a version that nobody has dates of', linux('debian', '99'), 'unknown', 'not known'],
  ['a system that ends within the warning time', linux('ubuntu', '22.04'), 'fail', '1 product(s)', ['ubuntu 22.04']],
  [
    'a program whose support has ended, in several packages',
    linux(
      'debian',
      '13',
      'ii \tlibreoffice7.6\t7.6.7.2-2\tThe Document Foundation\nii \tlibreoffice7.6-base\t7.6.7.2-2\tThe Document Foundation\n',
    ),
    'fail',
    '1 product(s)',
    ['libreoffice 7.6'],
  ],
  [
    "the distribution's own LibreOffice goes by the distribution",
    linux('debian', '13', 'ii \tlibreoffice\t4:7.6.7-1\tDebian\n'),
    'pass',
    'supported',
  ],
  [
    'a removed package is not there',
    linux('debian', '13', 'rc \tlibreoffice7.6\t7.6.7.2-2\tThe Document Foundation\n'),
    'pass',
    'supported',
  ],
  ['packages cannot be listed', { ...linux('debian', '13'), dpkg: lost('timeout') }, 'unknown', 'took too long'],
  ['a list of packages without one', { ...linux('debian', '13'), dpkg: output('') }, 'unknown', 'cannot be made out'],
  ['no package manager', { ...linux('debian', '13'), dpkg: lost('missing') }, 'unknown', 'no package manager'],
  ['no os-release', { dpkg: output(packages) }, 'unknown', 'was not read'],
]

describe('sw.unsupported on Linux', () => {
  it.each(tables)('%s', (_sentence, raws, outcome, reason, keys) => {
    const judgement = judgeRaws(swUnsupported, raws, { lifecycle })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
    if (keys !== undefined) expect(judgement?.items.map(({ key }) => key)).toEqual(keys)
  })

  it('says when the dates were read, and of an extension', () => {
    const [ended] = judgeRaws(swUnsupported, linux('debian', '12'), { lifecycle })?.items ?? []
    expect(ended?.text.ja).toContain('2026-06-10 に終了しました。延長サポートを利用できる場合は 2028-06-30 まで')
    expect(ended?.text.ja).toMatch(/出典 https:.*20\d\d-\d\d-\d\d 時点/)
  })

  it('warns as early as the policy says', () => {
    const sections = { patches: { endOfSupportWarnDays: 30 } }
    expect(judgeRaws(swUnsupported, linux('ubuntu', '22.04'), { lifecycle, sections })?.outcome).toBe('pass')
  })
})

const version = (EditionID: string, CurrentBuild: string, InstallationType = 'Client'): Raws => ({
  'uninstall 64': { kind: 'registry', keys: [] },
  version: {
    kind: 'registry',
    keys: [{ path: '', values: { EditionID, CurrentBuild, UBR: 1, ProductName: 'Windows 10 Pro', InstallationType } }],
  },
})
const windows: [string, Raws, string, string[]][] = [
  [
    'Windows 11 23H2 Pro with Office 2021',
    windowsRaws('version', 'uninstall 64'),
    'fail',
    ['office-2021 16', 'windows-home-pro 22631'],
  ],
  ['Windows 11 25H2 Pro', version('Professional', '26200'), 'pass', []],
  ['Windows 11 24H2 Pro has ended', version('Professional', '26100'), 'fail', ['windows-home-pro 26100']],
  ['the same build as Enterprise has not', version('Enterprise', '26100'), 'pass', []],
  ['the same build as Server 2025 has not', version('ServerStandard', '26100', 'Server'), 'pass', []],
  ['Windows 10 22H2 has ended', version('Education', '19045'), 'fail', ['windows-enterprise 19045']],
  ['Windows 10 LTSC 2021 ends soon', version('EnterpriseS', '19044'), 'fail', ['windows-ltsc 19044']],
  ['the IoT one of the same build does not', version('IoTEnterpriseS', '19044'), 'pass', []],
  ['a build of tomorrow', version('Professional', '29999'), 'unknown', []],
]

describe('sw.unsupported on Windows', () => {
  it.each(windows)('%s', (_sentence, raws, outcome, keys) => {
    const judgement = judgeRaws(swUnsupported, raws, { system: 'windows', lifecycle })
    expect(judgement?.outcome).toBe(outcome)
    expect(judgement?.items.map(({ key }) => key).toSorted()).toEqual(keys)
  })

  it('names Windows 11 by its build and keeps the names of Japanese software', () => {
    const parsed = factsOf(swUnsupported, windowsRaws('version', 'uninstall 64'), { system: 'windows' })
    expect(parsed.ok && parsed.facts.system.name).toBe('Windows 11 Pro 23H2')
    expect(parsed.ok && parsed.facts.programs.map(({ name }: { name: string }) => name)).toEqual([
      'ﾎｾﾞﾛ財務会計ｼｽﾃﾑ',
      '髙\ue001田町 住民記録クライアント',
      'Microsoft Office LTSC Professional Plus 2021 - ja-jp',
    ])
  })
})

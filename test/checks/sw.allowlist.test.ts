import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { learnSoftware } from '../../src/checks/learn-software.ts'
import { linuxAllowlist } from '../../src/checks/linux-allowlist.ts'
import type { Raw, Raws } from '../../src/checks/reading.ts'
import { swAllowlist } from '../../src/checks/sw.allowlist.ts'
import { windowsAllowlist } from '../../src/checks/windows-allowlist.ts'
import { grantSchema } from '../../src/policy/grant.ts'
import { factsOf, file, folder, judgeRaws, lost, output, policyWith, readFixture } from './one-check.ts'
import { windowsRaws } from './windows-raws.ts'

const [good, evil] = ['a'.repeat(64), 'e'.repeat(64)]
function programs(...list: [string, string | null][]): Extract<Raw, { kind: 'directory' }> {
  const entries = list.map(([path, sha256]) => ({
    path,
    type: 'file' as const,
    size: 9,
    modifiedAt: '2026-11-21T02:00:00.000Z',
    mode: 0o755,
    uid: 0,
    ...(sha256 === null ? {} : { sha256 }),
  }))
  return { kind: 'directory', entries, isTruncated: false }
}
const clean: Raws = {
  dpkg: output(readFixture('dpkg/packages.txt')),
  rpm: lost('missing'),
  'folder /opt': programs(),
  'folder /usr/local/bin': lost('missing'),
}
const dropped: Raws = { ...clean, 'folder /opt': programs(['tool/run', evil]), 'dpkg owners': output('', 1) }
const packages = ['adduser', 'clamav', 'openjdk-17-jdk', 'openssl'].map((name) => ({ name }))
const listed = (...more: object[]) => ({ rule: 'allow-listed', allowed: [...packages, ...more] })

const linux: [string, Raws, object, string, string, string[]?][] = [
  ['nothing is denied', clean, {}, 'pass', '4 installed'],
  [
    'a program was dropped into a watched folder',
    dropped,
    {},
    'fail',
    '/opt/tool/run',
    [`/opt/tool/run ${evil.slice(0, 16)}`],
  ],
  ['it is permitted by its content', dropped, { allowed: [{ sha256: evil }] }, 'pass', '1 other'],
  ['it is permitted by its path', dropped, { allowed: [{ path: '/opt/tool/*' }] }, 'pass', '1 other'],
  [
    'its path is permitted with another content',
    dropped,
    { allowed: [{ path: '/opt/tool/run', sha256: good }] },
    'fail',
    '/opt/tool/run',
  ],
  [
    'its path is permitted in other letters',
    dropped,
    { allowed: [{ path: '/OPT/tool/run' }] },
    'fail',
    '/opt/tool/run',
  ],
  [
    'it is permitted by its path and denied by its content',
    dropped,
    { allowed: [{ path: '/opt/*' }], denied: [{ sha256: evil }] },
    'fail',
    '/opt/tool/run',
  ],
  ['a name permits no file', dropped, { allowed: [{ name: '*' }] }, 'fail', '/opt/tool/run'],
  ['it belongs to a package', { ...dropped, 'dpkg owners': output('tool: /opt/tool/run\n', 1) }, {}, 'pass', '0 other'],
  ['it belongs to a package of rpm', { ...dropped, 'rpm owners': output('tool\n', 0) }, {}, 'pass', '0 other'],
  [
    'rpm says that it is nobody’s',
    { ...dropped, 'rpm owners': output('file /opt/tool/run is not owned by any package\n', 1) },
    {},
    'fail',
    '/opt/tool/run',
  ],
  [
    'a denied package is installed',
    clean,
    { denied: [{ name: 'openjdk*' }] },
    'fail',
    'openjdk-17-jdk',
    ['program openjdk-17-jdk'],
  ],
  ['a denied maker', clean, { denied: [{ publisher: 'OpenJDK Team' }] }, 'fail', 'openjdk-17-jdk'],
  [
    'a denied version is not the installed one',
    clean,
    { denied: [{ name: 'openssl', to: '3.0.18' }] },
    'pass',
    '4 installed',
  ],
  ['everything is on the list', clean, listed(), 'pass', '4 installed'],
  [
    'one package is not on the list',
    clean,
    { rule: 'allow-listed', allowed: packages.slice(1) },
    'fail',
    'adduser',
    ['program adduser'],
  ],
  ['on the list in an older version only', clean, listed({ name: 'openssl', to: '2.0' }), 'pass', '4 installed'],
  [
    'a required program is missing',
    clean,
    { required: [{ name: 'backup-agent' }] },
    'fail',
    '1 required program(s) are missing',
    ['required backup-agent'],
  ],
  ['a required program is too old', clean, { required: [{ name: 'openssl', from: '3.1' }] }, 'fail', 'required'],
  [
    'a folder could not be read to its end',
    { ...clean, 'folder /opt': { ...programs(), isTruncated: true } },
    {},
    'unknown',
    '/opt',
  ],
  ['a folder may not be read', { ...clean, 'folder /opt': lost('denied') }, {}, 'unknown', '/opt'],
  ['the users cannot be listed', { ...clean, passwd: lost('denied') }, {}, 'unknown', 'passwd'],
  [
    'found in one folder, though another could not be read',
    { ...dropped, 'folder /srv': lost('denied') },
    {},
    'fail',
    '/opt/tool/run',
  ],
  ['packages cannot be listed', { ...clean, dpkg: lost('timeout') }, {}, 'unknown', 'took too long'],
]

describe('sw.allowlist on Linux', () => {
  it.each(linux)('%s', (_sentence, raws, software, outcome, reason, keys) => {
    const judgement = judgeRaws(swAllowlist, raws, { sections: { software } })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
    if (keys !== undefined) expect(judgement?.items.map(({ key }) => key)).toEqual(keys)
  })

  it('looks into every home, the folders below a star, and asks who owns what it finds', () => {
    const policy = policyWith({ software: { watchedFolders: ['/opt', '~/bin', '/srv/*/tools', 'C:\\Tools'] } })
    const context = { policy, zone: 'lgwan' } as const
    expect(Object.keys(linuxAllowlist.readings(context))).toEqual([
      'dpkg',
      'rpm',
      'folder /opt',
      'passwd',
      'above /srv',
    ])
    const first: Raws = {
      passwd: file(
        'root:x:0:0::/root:/bin/bash\nclamav:x:104:1::/var/lib/clamav:/bin/false\n山田:x:1001:1::/home/yamada/:/bin/bash\nnobody:x:65534:1::/nonexistent:/x\n',
      ),
      'above /srv': folder('税務課/', 'readme.txt', 'link@'),
      'folder /opt': programs(['x[1]*', good]),
    }
    const more = linuxAllowlist.more?.(first, context) ?? {}
    expect(Object.keys(more)).toEqual([
      'folder /root/bin',
      'folder /home/yamada/bin',
      'folder /srv/税務課/tools',
      'dpkg owners',
      'rpm owners',
    ])
    expect(more['dpkg owners']).toMatchObject({ args: ['-S', '--', '/opt/x\\[1\\]\\*'] })
    expect(linuxAllowlist.watch?.(context)).toContain('/opt')
  })
})

const grant = (changes: object) =>
  grantSchema.parse({
    schema: 'tanmori.grant/1',
    id: 'G-1',
    subject: { kind: 'software', name: 'openjdk*' },
    terminals: ['T-1'],
    validFrom: '2026-11-01T00:00:00Z',
    until: '2026-12-01T00:00:00Z',
    reason: '移行',
    applicant: '山田',
    approver: '鈴木',
    ...changes,
  })

describe('a grant for software', () => {
  const sections = { software: { denied: [{ name: 'openjdk-17-jdk' }] } }
  it.each<[string, object, string]>([
    ['in force', {}, 'pass'],
    ['over', { until: '2026-11-02T00:00:00Z' }, 'fail'],
    ['not begun', { validFrom: '2026-11-30T00:00:00Z' }, 'fail'],
    ['for another terminal', { terminals: ['T-2'] }, 'fail'],
    ['for another zone', { terminals: [], zones: ['internet'] }, 'fail'],
    ['for the version that is there', { subject: { kind: 'software', name: 'openjdk-17-jdk', version: '17' } }, 'pass'],
    ['for another version', { subject: { kind: 'software', name: 'openjdk-17-jdk', version: '21' } }, 'fail'],
    ['for another maker', { subject: { kind: 'software', name: 'openjdk*', publisher: 'Oracle' } }, 'fail'],
  ])('%s', (_sentence, changes, outcome) => {
    expect(judgeRaws(swAllowlist, clean, { sections, grants: [grant(changes)] })?.outcome).toBe(outcome)
  })

  it.each([
    ['by its whole path', '/opt/tool/run', 'pass'],
    ['by a star', '*', 'fail'],
    ['by its last part', 'run', 'fail'],
  ])('for a dropped program %s', (_sentence, name, outcome) => {
    const grants = [grant({ subject: { kind: 'software', name } })]
    expect(judgeRaws(swAllowlist, dropped, { grants })?.outcome).toBe(outcome)
  })
})

describe('sw.allowlist on Windows', () => {
  const raws: Raws = {
    ...windowsRaws('uninstall 64'),
    'uninstall S-1-5-21-1': {
      kind: 'registry',
      keys: [{ path: 'x', values: { DisplayName: 'Zoom', Publisher: 'Zoom' } }],
    },
    'folder C:\\Users\\山田\\Downloads': programs(['sub/請求書.exe', evil]),
  }

  it('tells programs that people installed for themselves and what lies in their downloads', () => {
    const judgement = judgeRaws(swAllowlist, raws, {
      system: 'windows',
      sections: { software: { denied: [{ name: 'zoom' }] } },
    })
    expect(judgement?.items.map(({ key }) => key)).toEqual([
      `C:\\Users\\山田\\Downloads\\sub\\請求書.exe ${evil.slice(0, 16)}`,
      'program Zoom',
    ])
  })

  it('compares paths without regard to case', () => {
    const sections = { software: { allowed: [{ path: 'c:\\users\\*\\downloads\\*' }] } }
    expect(judgeRaws(swAllowlist, raws, { system: 'windows', sections })?.outcome).toBe('pass')
  })

  it('looks into the downloads of everybody and the programs of everybody who is signed in', () => {
    const context = { policy: policyWith(), zone: 'lgwan' } as const
    expect(Object.keys(windowsAllowlist.readings(context))).toEqual(
      expect.arrayContaining(['users', 'folder C:\\ProgramData', 'above C:\\Users']),
    )
    const first: Raws = {
      users: {
        kind: 'registry',
        keys: ['.DEFAULT', 'S-1-5-18', 'S-1-5-21-1-2-3-1001', 'S-1-5-21-1-2-3-1001_Classes'].map((path) => ({
          path: `HKU\\${path}`,
          values: {},
        })),
      },
      'above C:\\Users': folder('山田/', 'Public/'),
    }
    expect(Object.keys(windowsAllowlist.more?.(first, context) ?? {})).toEqual([
      'uninstall S-1-5-21-1-2-3-1001',
      'uninstall 32 S-1-5-21-1-2-3-1001',
      'folder C:\\Users\\山田\\Downloads',
      'folder C:\\Users\\Public\\Downloads',
    ])
  })
})

describe('a list learnt from a reference terminal', () => {
  function learn(raws: Raws, system: 'linux' | 'windows') {
    const parsed = factsOf(swAllowlist, raws, { system })
    if (!parsed.ok) throw new Error(parsed.reason.en)
    return parse(learnSoftware(parsed.facts))
  }

  it('passes on that terminal, and fails on what came after', () => {
    const sections = learn(dropped, 'linux')
    expect(sections.software.rule).toBe('allow-listed')
    expect(judgeRaws(swAllowlist, dropped, { sections })?.outcome).toBe('pass')
    const later: Raws = {
      ...dropped,
      dpkg: output(`${readFixture('dpkg/packages.txt')}ii \tnmap\t7.93\tSomebody <a@b>\n`),
    }
    expect(judgeRaws(swAllowlist, later, { sections })?.items.map(({ key }) => key)).toEqual(['program nmap'])
    const swapped: Raws = { ...dropped, 'folder /opt': programs(['tool/run', good]) }
    expect(judgeRaws(swAllowlist, swapped, { sections })?.outcome).toBe('fail')
  })

  it('lets updates through', () => {
    const sections = learn(clean, 'linux')
    const updated = {
      ...clean,
      dpkg: output(readFixture('dpkg/packages.txt').replace('3.0.19-1~deb12u2', '3.0.22-1~deb12u2')),
    }
    expect(judgeRaws(swAllowlist, updated, { sections })?.outcome).toBe('pass')
  })

  it('holds Japanese names, half-width kana and 外字', () => {
    const raws = windowsRaws('uninstall 64')
    expect(judgeRaws(swAllowlist, raws, { system: 'windows', sections: learn(raws, 'windows') })?.outcome).toBe('pass')
  })

  it('permits nothing whose content could not be read', () => {
    const raws: Raws = { ...clean, 'folder /opt': programs(['big', null]) }
    expect(judgeRaws(swAllowlist, raws, { sections: learn(raws, 'linux') })?.outcome).toBe('fail')
  })
})

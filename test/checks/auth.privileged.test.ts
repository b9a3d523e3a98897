import { describe, expect, it } from 'vitest'
import { authPrivileged } from '../../src/checks/auth.privileged.ts'
import { memberName } from '../../src/checks/privileged-windows.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { parseSudoers } from '../../src/checks/sudoers.ts'
import { judgeRaws, lost, policyWith, readRaws, rows } from './settings-support.ts'

const debian = readRaws('settings/debian-accounts')
const changed = readRaws('settings/changed-accounts')
const named = (...administrators: string[]) => ({ accounts: { administrators } })

const linux: [string, Raws, object, string, RegExp][] = [
  [
    'Debian as installed: root alone, and nobody signs in as root',
    debian,
    named('tanaka'),
    'pass',
    /^administrators are root$/,
  ],
  ['without a list of names nobody is compared, and that is said', debian, {}, 'pass', /the policy names none/],
  [
    'somebody in the group sudo who is not named',
    changed,
    named('tanaka'),
    'fail',
    /suzuki is an administrator \(sudo, sudoers\)/,
  ],
  ['a second account with uid 0, whoever is named', changed, {}, 'fail', /toor has uid 0, as root has/],
  [
    'NOPASSWD of a named administrator',
    changed,
    named('tanaka', 'suzuki', 'toor'),
    'fail',
    /^tanaka may act as administrator without/,
  ],
  [
    'all named, NOPASSWD excused',
    changed,
    { accounts: { administrators: ['suzuki', 'toor'], exempt: ['tanaka'] } },
    'pass',
    /suzuki, tanaka, toor/,
  ],
  ['sudoers that may not be read', { ...debian, sudoers: lost() }, {}, 'unknown', /sudoers: permission denied/],
  ['no groups', { ...debian, group: lost() }, {}, 'unknown', /group: permission denied/],
]

const part = (name: string, domain = 'PC-01') => ({
  PartComponent: `\\\\PC-01\\root\\cimv2:Win32_UserAccount.Domain="${domain}",Name="${name}"`,
})
const admin = (changes: object = {}) => ({
  Name: 'Administrator',
  SID: 'S-1-5-21-1-2-3-500',
  Disabled: true,
  ...changes,
})
const windowsRaws = (...members: object[]): Raws => ({
  group: rows({ Domain: 'PC-01', Name: 'Administrators' }),
  accounts: rows({ ...admin() }),
  members: rows(...members.map((one) => ({ ...one }))),
})
const windows: [string, Raws, string, RegExp][] = [
  ['the named one, in Japanese', windowsRaws(part('情報政策課')), 'pass', /情報政策課/],
  [
    'somebody else, of the domain',
    windowsRaws(part('情報政策課'), part('税務太郎', 'TOWN')),
    'fail',
    /TOWN\\税務太郎 is an administrator/,
  ],
  [
    'the built-in account is open under its own name',
    { ...windowsRaws(part('情報政策課')), accounts: rows({ ...admin({ Disabled: false }) }) },
    'fail',
    /well-known account Administrator/,
  ],
  [
    'a renamed one is known to nobody',
    { ...windowsRaws(part('情報政策課')), accounts: rows({ ...admin({ Disabled: false, Name: 'kanri07' }) }) },
    'pass',
    /情報政策課/,
  ],
  [
    'members that cannot be read',
    { group: lost('failed'), accounts: rows({ ...admin() }) },
    'unknown',
    /members was not read/,
  ],
]

describe('auth.privileged', () => {
  it.each(linux)('%s', (_name, raws, sections, outcome, reason) => {
    const judged = judgeRaws(authPrivileged, raws, { sections: { ...sections } })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it.each(windows)('Windows: %s', (_name, raws, outcome, reason) => {
    const judged = judgeRaws(authPrivileged, raws, { system: 'windows', sections: named('情報政策課') })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it('asks for the members of the group by the name that it has here', () => {
    const more = authPrivileged.parts.windows?.more
    expect(JSON.stringify(more?.(windowsRaws(), { policy: policyWith(), zone: 'mynumber' }))).toContain(
      String.raw`Win32_Group.Domain=\"PC-01\",Name=\"Administrators\"`,
    )
  })

  it('takes domain and name apart', () => {
    expect(memberName('Win32_UserAccount.Domain="TOWN",Name="a"')).toEqual(['TOWN\\a'])
    expect(memberName('something else')).toEqual([])
  })
})

describe('sudoers', () => {
  it.each([
    ['root ALL=(ALL:ALL) ALL', [{ who: 'root', isAll: true, noPassword: false }]],
    ['%wheel ALL=(ALL) NOPASSWD: ALL # all', [{ who: '%wheel', isAll: true, noPassword: true }]],
    [
      'User_Alias OPS = a, b\nOPS ALL=ALL',
      [
        { who: 'a', isAll: true, noPassword: false },
        { who: 'b', isAll: true, noPassword: false },
      ],
    ],
    ['tanaka ALL = \\\n NOPASSWD: /usr/bin/systemctl', [{ who: 'tanaka', isAll: false, noPassword: true }]],
    ['#1001 ALL=ALL', [{ who: '#1001', isAll: true, noPassword: false }]],
    ['# comment\nDefaults env_reset\n@includedir /etc/sudoers.d', []],
  ])('%j', (text, rules) => {
    expect(parseSudoers(text)).toEqual(rules)
  })
})

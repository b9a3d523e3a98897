import { describe, expect, it } from 'vitest'
import { authPrivileged } from '../../src/checks/auth.privileged.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { parseSudoers } from '../../src/checks/sudoers.ts'
import { judgeRaws, lost, readRaws, rows } from './settings-support.ts'

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

/** Rows of the tables `administrators` (LOCALGROUP_MEMBERS_INFO_2) and `local-users` (USER_INFO_3). */
const member = (Name: string, Sid = 'S-1-5-21-1-2-3-1001') => ({ Name, Sid, Use: 1, Computer: 'PC-01' })
const admin = (changes: object = {}) => ({ Name: 'Administrator', RelativeId: 500, Flags: 0x203, ...changes })
const windowsRaws = (...members: object[]): Raws => ({
  accounts: rows({ ...admin() }),
  members: rows(member('PC-01\\Administrator'), ...members.map((one) => ({ ...one }))),
})
const windows: [string, Raws, string, RegExp][] = [
  ['the named one, in Japanese', windowsRaws(member('PC-01\\情報政策課')), 'pass', /are 情報政策課$/],
  [
    'somebody else, of the domain',
    windowsRaws(member('PC-01\\情報政策課'), member('TOWN\\税務太郎')),
    'fail',
    /TOWN\\税務太郎 is an administrator/,
  ],
  [
    'somebody of a domain that does not answer, by the number alone',
    windowsRaws(member('PC-01\\情報政策課'), member('', 'S-1-5-21-9-9-9-512')),
    'fail',
    /S-1-5-21-9-9-9-512 is an administrator/,
  ],
  [
    'the built-in account is open under its own name',
    { ...windowsRaws(member('PC-01\\情報政策課')), accounts: rows({ ...admin({ Flags: 0x201 }) }) },
    'fail',
    /well-known account Administrator/,
  ],
  [
    'a renamed one is known to nobody, and is named',
    {
      accounts: rows({ ...admin({ Flags: 0x201, Name: '情報政策課' }) }),
      members: rows(member('PC-01\\情報政策課', 'S-1-5-21-1-2-3-500')),
    },
    'pass',
    /情報政策課/,
  ],
  ['no member at all is no answer', { ...windowsRaws(), members: rows() }, 'unknown', /told of no member/],
  [
    'members that cannot be read',
    { ...windowsRaws(), members: lost('failed') },
    'unknown',
    /members: could not be read/,
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

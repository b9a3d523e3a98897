import { describe, expect, it } from 'vitest'
import { authAccounts } from '../../src/checks/auth.accounts.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { file, judgeRaws, lost, output, policyWith, readRaws, rows } from './settings-support.ts'

const debian = readRaws('settings/debian-accounts')
const changed = readRaws('settings/changed-accounts')
const none = { accounts: { passwordMinLength: 0 } }
const clerk = (lastlog: string, shadow = 'clerk:$y$x:20000:0:90:7:::'): Raws => ({
  passwd: file(
    'root:x:0:0::/root:/bin/bash\nclerk:x:1000:1000::/home/clerk:/bin/bash\ndaemon:x:1:1::/:/usr/sbin/nologin',
  ),
  shadow: file(`root:*:20000::::::\n${shadow}`),
  last: output('\nwtmp begins 2026-11-01T00:00:00+09:00\n'),
  lastlog: output(lastlog),
  lightdm: lost('missing'),
})

const linux: [string, Raws, object, string, RegExp][] = [
  [
    'Debian as installed takes short passwords',
    debian,
    {},
    'fail',
    /passwords of 6 characters are taken \(at least 10/,
  ],
  ['and nothing else is wrong with it', debian, none, 'pass', /are in order/],
  ['an account without a password', changed, none, 'fail', /suzuki needs no password/],
  ['never expiring passwords are fine unless forbidden', changed, none, 'fail', /^suzuki needs no password$/],
  [
    'forbidden, each is told',
    changed,
    { accounts: { passwordMinLength: 0, neverExpiring: 'off' } },
    'fail',
    /password of tanaka never/,
  ],
  [
    'an exempt account is not looked at',
    changed,
    { accounts: { passwordMinLength: 0, exempt: ['suzuki'] } },
    'pass',
    /order/,
  ],
  ['used yesterday', clerk('clerk  pts/0  192.0.2.1  Fri Nov 20 08:31:02 +0900 2026'), none, 'pass', /order/],
  [
    'last used in spring',
    clerk('clerk  tty1   Fri Apr 10 08:31:02 +0900 2026'),
    none,
    'fail',
    /not been used for 225 days .last 2026-04-10/,
  ],
  ['never used, records too young to tell long', clerk('clerk   **Never logged in**'), none, 'pass', /order/],
  [
    'a locked account may rest',
    clerk('clerk  tty1   Fri Apr 10 08:31:02 +0900 2026', 'clerk:!:20000::::::'),
    none,
    'pass',
    /order/,
  ],
  [
    'without the right to read shadow nothing is known',
    { ...clerk(''), shadow: lost() },
    none,
    'unknown',
    /shadow: permission denied/,
  ],
  [
    'without any record of sign-ins neither',
    { ...clerk(''), last: lost('missing'), lastlog: lost('missing') },
    none,
    'unknown',
    /last: not found/,
  ],
  ['no passwd at all', { passwd: lost() }, {}, 'unknown', /passwd: permission denied/],
  [
    'two accounts with one number',
    {
      ...clerk('clerk tty1 Fri Nov 20 08:31:02 +0900 2026'),
      passwd: file('a:x:1000:1::/home/a:/bin/sh\nb:x:1000:1::/home/b:/bin/sh'),
    },
    none,
    'fail',
    /^uid 1000 belongs to a, b/,
  ],
  [
    'a guest that LightDM lets in',
    { ...debian, lightdm: file('[Seat:*]\nallow-guest=true') },
    none,
    'fail',
    /guest can sign in/,
  ],
]

/** Rows of the table `local-users` (USER_INFO_3): flags are UF_… of lmaccess.h, 0x201 a usual account. */
const account = (changes: object) => ({
  Name: '職員',
  RelativeId: 1001,
  Flags: 0x201,
  LastLogon: Date.parse('2026-11-20T08:31:02+09:00') / 1000,
  PasswordAgeSeconds: 30 * 86_400,
  ...changes,
})
const guest = { Name: 'Guest', RelativeId: 501, Flags: 0x1_0223, LastLogon: 0, PasswordAgeSeconds: 0 }
const windowsRaws = (list: object[], extra: Raws = {}): Raws => ({
  accounts: rows(...list.map((row) => ({ ...row }))),
  rules: rows({ MinPasswordLength: 10, MaxPasswordAgeSeconds: 0xffffffff, LockoutThreshold: 5 }),
  ...extra,
})
const windows: [string, Raws, string, RegExp][] = [
  ['a Japanese name, ten characters', windowsRaws([account({}), guest]), 'pass', /the 1 accounts/],
  [
    'eight characters',
    windowsRaws([account({}), guest], { rules: rows({ MinPasswordLength: 8, LockoutThreshold: 5 }) }),
    'fail',
    /passwords of 8 characters/,
  ],
  [
    'the guest, whatever it is called',
    windowsRaws([account({}), { ...guest, Name: '来客', Flags: 0x1_0221 }]),
    'fail',
    /a guest can sign in/,
  ],
  [
    'an account that needs no password',
    windowsRaws([account({ Flags: 0x221 }), guest]),
    'fail',
    /職員 needs no password/,
  ],
  [
    'nobody has signed in since the password was set half a year ago',
    windowsRaws([account({ LastLogon: 0, PasswordAgeSeconds: 180 * 86_400 }), guest]),
    'fail',
    /職員 has no sign-in on record for 180 days or more/,
  ],
  [
    'rules that cannot be read',
    windowsRaws([account({}), guest], { rules: lost('unsupported') }),
    'unknown',
    /the rules for sign-ins \(length of passwords, lockout\) cannot be read/,
  ],
  ['accounts that cannot be read', { accounts: lost('failed') }, 'unknown', /accounts: could not be read/],
]

describe('auth.accounts', () => {
  it.each(linux)('%s', (_name, raws, sections, outcome, reason) => {
    const judged = judgeRaws(authAccounts, raws, { sections: { ...sections } })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it.each(windows)('Windows: %s', (_name, raws, outcome, reason) => {
    const judged = judgeRaws(authAccounts, raws, { system: 'windows' })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it('keeps no hash and no password in its facts', () => {
    const part = authAccounts.parts.linux
    expect(JSON.stringify(part?.parse(changed, contextOf()))).not.toMatch(/\$y\$/)
  })
})

function contextOf() {
  return { policy: policyWith(), zone: 'mynumber' } as const
}

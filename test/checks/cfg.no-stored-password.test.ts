import { describe, expect, it } from 'vitest'
import { findAutoSignIn } from '../../src/checks/auto-sign-in.ts'
import { cfgNoStoredPassword } from '../../src/checks/cfg.no-stored-password.ts'
import { credentialFiles, parseFstab } from '../../src/checks/credential-files.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { file, judgeRaws, lost, policyWith, readRaws, registry } from './settings-support.ts'

const debian = readRaws('settings/debian-settings')
const changed = readRaws('settings/changed-settings')
const plain: Raws = Object.fromEntries(Object.entries(debian).filter(([name]) => name !== 'program:chromium'))
const share = '//fs/share /mnt/s cifs credentials=/etc/smb.cred,uid=1000 0 0'
const cred = (mode: number): Raws => ({
  ...plain,
  fstab: file(share),
  'credential:/etc/smb.cred': {
    kind: 'file',
    text: 'username=a\npassword=b\n',
    size: 20,
    modifiedAt: '2026-11-01T00:00:00Z',
    mode,
    uid: 0,
  },
})

const linux: [string, Raws, object, string, RegExp][] = [
  ['Debian as installed, without a browser', plain, {}, 'pass', /no stored password was found/],
  ['a browser that no policy forbids to keep passwords', debian, {}, 'fail', /^users can keep passwords in Chromium$/],
  [
    'and one that a policy does',
    { ...debian, 'policy:chromium:a.json': file('{"PasswordManagerEnabled": false}') },
    {},
    'pass',
    /no stored/,
  ],
  ['a console that signs in by itself', changed, {}, 'fail', /tanaka is signed in automatically .*auto.conf/],
  [
    'the same where the policy allows it',
    changed,
    { accounts: { automaticSignIn: 'any' } },
    'fail',
    /^a password is stored in \/home\/tanaka\/.netrc \(netrc\); a password is stored in \/etc\/fstab/,
  ],
  [
    'an exempt account’s files',
    changed,
    { accounts: { automaticSignIn: 'any', exempt: ['tanaka'] } },
    'fail',
    /^a password is stored in \/etc\/fstab/,
  ],
  ['a share’s credentials for root alone', cred(0o600), {}, 'pass', /no stored/],
  ['a share’s credentials for everybody', cred(0o644), {}, 'fail', /stored in \/etc\/smb.cred/],
  ['fstab that may not be read', { ...plain, fstab: lost() }, {}, 'unknown', /fstab: permission denied/],
  ['no passwd', { passwd: lost() }, {}, 'unknown', /passwd: permission denied/],
]

const windows: [string, Raws, string, RegExp][] = [
  ['nothing', { winlogon: registry({ DefaultUserName: '職員' }) }, 'pass', /no stored/],
  [
    'AutoAdminLogon with its password in the clear',
    { winlogon: registry({ AutoAdminLogon: '1', DefaultUserName: '窓口', DefaultPassword: 'himitsu' }) },
    'fail',
    /窓口 is signed in automatically.*Winlogon\\DefaultPassword/,
  ],
  ['Edge keeps passwords', { winlogon: registry({}), 'app:msedge.exe': registry({}) }, 'fail', /Microsoft Edge/],
  [
    'Edge may not',
    {
      winlogon: registry({}),
      'app:msedge.exe': registry({}),
      'policy:msedge.exe': registry({ PasswordManagerEnabled: 0 }),
    },
    'pass',
    /no stored/,
  ],
  ['a key that may not be read', { winlogon: lost() }, 'unknown', /winlogon: permission denied/],
]

describe('cfg.no-stored-password', () => {
  it.each(linux)('%s', (_name, raws, sections, outcome, reason) => {
    const judged = judgeRaws(cfgNoStoredPassword, raws, { sections: { ...sections } })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it.each(windows)('Windows: %s', (_name, raws, outcome, reason) => {
    const judged = judgeRaws(cfgNoStoredPassword, raws, { system: 'windows' })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it('lets no secret into the facts', () => {
    const context = { policy: policyWith(), zone: 'mynumber' } as const
    const raws = { winlogon: registry({ AutoAdminLogon: '1', DefaultPassword: 'himitsu' }) }
    expect(JSON.stringify(cfgNoStoredPassword.parts.windows?.parse(raws, context))).not.toContain('himitsu')
    expect(JSON.stringify(changed)).toContain('secret-one')
    expect(JSON.stringify(cfgNoStoredPassword.parts.linux?.parse(changed, context))).not.toContain('secret-one')
  })

  it.each([
    ['/etc/gdm3/daemon.conf', '[daemon]\nAutomaticLoginEnable = true\nAutomaticLogin = madoguchi', 'madoguchi'],
    ['/etc/gdm/custom.conf', '[daemon]\nTimedLoginEnable=true\nTimedLogin=madoguchi', 'madoguchi'],
    ['/etc/lightdm/lightdm.conf', '[Seat:*]\nautologin-user=madoguchi', 'madoguchi'],
    ['/etc/sddm.conf', '[Autologin]\nUser=madoguchi\nSession=plasma', 'madoguchi'],
    ['/etc/systemd/system/getty@tty1.service.d/a.conf', 'ExecStart=-/sbin/agetty -a madoguchi %I', 'madoguchi'],
    ['/etc/gdm3/daemon.conf', '[daemon]\n# AutomaticLoginEnable = true\nAutomaticLogin = madoguchi', undefined],
    ['/etc/lightdm/lightdm.conf', '[Seat:*]\n#autologin-user=\nautologin-user=', undefined],
  ])('%s: %j', (path, text, user) => {
    expect(findAutoSignIn({ [path]: file(text) })[0]?.user).toBe(user)
  })

  it.each([
    ['.my.cnf', '[client]\nuser=a\n', false],
    ['.my.cnf', '[client]\npassword=x\n', true],
    ['.pgpass', '# host:port:db:user:password\n', false],
    ['.pgpass', 'db:5432:*:a:x\n', true],
    ['.git-credentials', 'https://a:token@git.example\n', true],
    ['.netrc', 'machine a login b\n', false],
    ['.docker/config.json', '{"credsStore":"x"}', false],
  ])('%s with %j', (path, text, holds) => {
    expect(credentialFiles.find((one) => one.path === path)?.holds(text)).toBe(holds)
  })

  it('reads fstab', () => {
    expect(parseFstab(`# x\n${share}\n//b/c /mnt/c cifs pass=x 0 0`)).toEqual({
      withPassword: ['/mnt/c'],
      credentials: ['/etc/smb.cred'],
    })
  })
})

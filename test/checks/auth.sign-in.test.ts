import { describe, expect, it } from 'vitest'
import { authLoginLimits } from '../../src/checks/auth.login-limits.ts'
import { authMfa } from '../../src/checks/auth.mfa.ts'
import { resolvePam } from '../../src/checks/pam.ts'
import { factorOf } from '../../src/checks/pam-factors.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { entries, file, judgeRaws, lost, policyWith, readRaws, registry, rows } from './settings-support.ts'

const debian = readRaws('settings/debian-sign-in')
const changed = readRaws('settings/changed-sign-in')

const limits: [string, Raws, object, string, RegExp][] = [
  ['Debian as installed never locks', debian, {}, 'fail', /login never locks/],
  ['pam_faillock with deny in faillock.conf', changed, {}, 'pass', /lock after 5 failed/],
  [
    'five are too many where three are permitted',
    changed,
    { accounts: { lockAfterFailures: 3 } },
    'fail',
    /login locks only after 5 failures \(at most 3/,
  ],
  ['no faillock.conf: its own three', { ...changed, faillock: lost('missing') }, {}, 'pass', /lock after 3/],
  [
    'a faillock.conf that may not be read',
    { ...changed, faillock: lost() },
    {},
    'unknown',
    /login cannot be read to their end/,
  ],
  [
    'an included file that may not be read',
    { ...changed, 'pam:common-auth': lost() },
    {},
    'unknown',
    /login cannot be read/,
  ],
  ['no folder of PAM', { pam: lost('missing') }, {}, 'unknown', /pam: not found/],
  ['the policy asks nothing', debian, { accounts: { lockAfterFailures: 0 } }, 'not asked', /^$/],
]

describe('auth.login-limits', () => {
  it.each(limits)('%s', (_name, raws, sections, outcome, reason) => {
    const judged = judgeRaws(authLoginLimits, raws, { sections: { ...sections } })
    expect(judged?.reason.en ?? '').toMatch(reason)
    expect(judged?.outcome ?? 'not asked').toBe(outcome)
  })

  it.each<[string, Raws, string, RegExp]>([
    ['five failures', { rules: rows({ MinPasswordLength: 10, LockoutThreshold: 5 }) }, 'pass', /after 5 failed/],
    ['it never locks', { rules: rows({ MinPasswordLength: 10, LockoutThreshold: 0 }) }, 'fail', /never locks/],
    ['rules that are not told', { rules: lost('failed') }, 'unknown', /rules for sign-ins .* cannot be read/],
    ['an answer without the number', { rules: rows({ MinPasswordLength: 8 }) }, 'unknown', /cannot be read/],
  ])('Windows: %s', (_name, raws, outcome, reason) => {
    const judged = judgeRaws(authLoginLimits, raws, { system: 'windows' })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it('asks nothing of a terminal whose policy asks nothing, although nothing can be read', () => {
    expect(authLoginLimits.isAsked({ policy: policyWith({ accounts: { lockAfterFailures: 0 } }), zone: 'lgwan' })).toBe(
      false,
    )
  })
})

const stack = (text: string): Raws => ({
  pam: entries({ path: 'login' }),
  'pam:login': file(text),
  sssd: lost('missing'),
})
const required = { accounts: { mfa: 'required' } }
const factors: [string, Raws, string, RegExp][] = [
  ['Debian as installed', debian, 'fail', /login takes a password alone/],
  [
    'a one-time password that is required after the password',
    stack('auth required pam_unix.so\nauth required pam_oath.so'),
    'pass',
    /takes a second factor/,
  ],
  [
    'one that whoever has none may skip',
    stack('auth required pam_unix.so\nauth required pam_google_authenticator.so nullok'),
    'fail',
    /a password alone is enough/,
  ],
  [
    'a security key that is sufficient beside the password',
    stack('auth sufficient pam_u2f.so\nauth required pam_unix.so'),
    'fail',
    /pam_u2f.*a password alone is enough/,
  ],
  [
    'a smart card and nothing else',
    stack('auth sufficient pam_pkcs11.so\nauth required pam_deny.so'),
    'pass',
    /second factor/,
  ],
  [
    'a password that ends the stack before the factor',
    stack('auth sufficient pam_unix.so\nauth required pam_oath.so'),
    'fail',
    /alone is enough/,
  ],
  [
    'a password that jumps over the factor',
    stack('auth [success=1 default=ignore] pam_unix.so\nauth required pam_oath.so\nauth required pam_permit.so'),
    'fail',
    /alone is enough/,
  ],
  [
    'sssd with smart cards',
    { ...stack('auth required pam_sss.so require_cert_auth'), sssd: file('[pam]\npam_cert_auth = True') },
    'pass',
    /second factor/,
  ],
  [
    'sssd without them',
    { ...stack('auth required pam_sss.so require_cert_auth'), sssd: file('[pam]\n') },
    'fail',
    /password alone/,
  ],
  [
    'a file that may not be read',
    { pam: entries({ path: 'login' }), 'pam:login': lost(), sssd: lost('missing') },
    'unknown',
    /login cannot be read/,
  ],
]

const provider = (id: string, name: string) => ({ path: `HKLM\\…\\Credential Providers\\${id}`, values: { '': name } })
const password = provider('{60b78e88-ead8-445c-9cfd-0b87f74ea6cd}', 'PasswordProvider')
const windows: [string, Raws, string, RegExp][] = [
  ['smart cards required', { policies: registry({ scforceoption: 1 }) }, 'pass', /second factor/],
  [
    'passwords alone',
    { policies: registry({}), providers: { kind: 'registry', keys: [password] } },
    'fail',
    /Windows takes a password alone/,
  ],
  [
    'a product of another maker, in half-width kana',
    {
      policies: registry({}),
      providers: {
        kind: 'registry',
        keys: [password, provider('{11111111-2222-3333-4444-555555555555}', 'ｶｵ認証ﾌﾟﾛﾊﾞｲﾀﾞ')],
      },
    },
    'unknown',
    /ｶｵ認証ﾌﾟﾛﾊﾞｲﾀﾞ.*only its own console/,
  ],
  ['a key that may not be read', { policies: lost() }, 'unknown', /policies: permission denied/],
]

describe('auth.mfa', () => {
  it.each(factors)('%s', (_name, raws, outcome, reason) => {
    const judged = judgeRaws(authMfa, raws, { sections: required })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it.each(windows)('Windows: %s', (_name, raws, outcome, reason) => {
    const judged = judgeRaws(authMfa, raws, { sections: required, system: 'windows' })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it('asks nothing unless the policy does', () => {
    expect(judgeRaws(authMfa, debian)).toBeNull()
  })
})

describe('the stacks of PAM', () => {
  it('are read with what they include, a folded line and a circle of files', () => {
    const files = {
      login: 'auth \\\n required pam_a.so x=1 # why\nauth include inner\n@include common',
      inner: '-auth optional pam_b.so\nsession required pam_never.so',
      common: 'account required pam_c.so',
      circle: '@include circle',
    }
    expect(resolvePam(files, 'login')?.map(({ module }) => module)).toEqual(['pam_a', 'pam_b', 'pam_c'])
    expect(resolvePam(files, 'circle')).toBeNull()
    expect(resolvePam(files, 'nowhere')).toBeNull()
  })

  it('tell no factor from an empty stack', () => {
    expect(factorOf([], false)).toEqual({ state: 'none', factor: '' })
  })
})

import { describe, expect, it } from 'vitest'
import { cfgScreenLock } from '../../src/checks/cfg.screen-lock.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { parseSpan } from '../../src/checks/spans.ts'
import { entries, file, judgeRaws, lost, readRaws, registry } from './settings-support.ts'

const debian = readRaws('settings/debian-settings')
const changed = readRaws('settings/changed-settings')
const session = (name: string): Raws => ({
  xsessions: entries({ path: `${name}.desktop` }),
  waylandSessions: lost('missing'),
})
const values =
  '[org/gnome/desktop/session]\nidle-delay=uint32 480\n[org/gnome/desktop/screensaver]\nlock-enabled=true\nlock-delay=uint32 60\n'
const locks =
  '/org/gnome/desktop/session/idle-delay\n/org/gnome/desktop/screensaver/lock-enabled\n/org/gnome/desktop/screensaver/lock-delay\n'
const gnome = (text: string, lock: string, compiledAt = '2026-11-02T00:00:00Z'): Raws => ({
  ...session('gnome'),
  dconfProfile: file('user-db:user\nsystem-db:local\n'),
  dconf: entries(
    { path: 'local', modifiedAt: compiledAt },
    { path: 'local.d', type: 'directory' },
    { path: 'local.d/00-lock', modifiedAt: '2026-11-01T00:00:00Z' },
    { path: 'local.d/locks/lock', modifiedAt: '2026-11-01T00:00:00Z' },
  ),
  'dconf:local.d/00-lock': file(text),
  'dconf:local.d/locks/lock': file(lock),
})
const xfce = (lock: string) =>
  file(
    `<?xml version="1.0"?><channel name="xfce4-screensaver" version="1.0" locked="*" unlocked="root"><property name="saver" type="empty"><property name="idle-activation" type="empty"><property name="delay" type="int" value="8"/></property></property><property name="lock" type="empty"><property name="enabled" type="bool" value="${lock}"/></property></channel>`,
  )

const linux: [string, Raws, string, RegExp][] = [
  ['a text console that nothing ends', debian, 'fail', /the text console .* never locks/],
  ['a text console that TMOUT ends after five minutes', changed, 'pass', /within 5 minutes/],
  [
    'TMOUT that anybody may unset',
    { ...debian, 'profileFolder:a.sh': file('export TMOUT=300') },
    'fail',
    /users can switch the lock/,
  ],
  [
    'logind ends an idle session',
    { ...debian, logind: file('[Login]\nStopIdleSessionSec=15min\n') },
    'fail',
    /only after 15 minutes \(at most 10\)/,
  ],
  ['GNOME, nine minutes, held', gnome(values, locks), 'pass', /within 9 minutes/],
  ['GNOME, and users may change it', gnome(values, ''), 'fail', /^users can switch the lock of GNOME off/],
  ['GNOME, eleven minutes', gnome(values.replace('480', '600'), locks), 'fail', /GNOME locks only after 11 minutes/],
  [
    'GNOME, switched off',
    gnome(values.replace('lock-enabled=true', 'lock-enabled=false'), locks),
    'fail',
    /GNOME never locks/,
  ],
  [
    'GNOME, written and never compiled',
    gnome(values, locks, '2026-10-01T00:00:00Z'),
    'unknown',
    /dconf update was not run/,
  ],
  [
    'GNOME, settings that may not be read',
    { ...session('gnome'), dconf: lost() },
    'unknown',
    /dconf: permission denied/,
  ],
  [
    'KDE, its own five minutes, changeable',
    { ...session('plasma'), kde: lost('missing') },
    'fail',
    /users can switch the lock of KDE/,
  ],
  [
    'KDE, held',
    { ...session('plasma'), kde: file('[Daemon][$i]\nAutolock=true\nTimeout=5\n') },
    'pass',
    /within 5.1 minutes/,
  ],
  ['KDE, off', { ...session('plasma'), kde: file('[Daemon]\nAutolock=false\n') }, 'fail', /KDE never locks/],
  ['Xfce, held', { ...session('xfce'), xfce: xfce('true') }, 'pass', /within 8 minutes/],
  ['Xfce, off', { ...session('xfce'), xfce: xfce('false') }, 'fail', /Xfce never locks/],
  ['Xfce as each user has it', { ...session('xfce'), xfce: lost('missing') }, 'unknown', /as each user has it/],
  ['MATE', session('mate'), 'unknown', /cannot be read from the system’s settings/],
  [
    'one desktop of two is not known: that is not hidden',
    { ...gnome(values, locks), waylandSessions: entries({ path: 'sway.desktop' }) },
    'unknown',
    /the desktop/,
  ],
  [
    'folders that may not be read',
    { xsessions: lost(), waylandSessions: lost('missing') },
    'unknown',
    /xsessions: permission denied/,
  ],
]

const sid = 'S-1-5-21-1-2-3-1001'
const hives = (...sids: string[]): Raws => ({
  people: {
    kind: 'registry',
    keys: ['', '\\.DEFAULT', '\\S-1-5-18', ...sids.flatMap((one) => [`\\${one}`, `\\${one}_Classes`])].map((name) => ({
      path: `HKU${name}`,
      values: {},
    })),
  },
})
const user = (forced: Record<string, string> | null, own: Record<string, string> = {}, who = sid): Raws => ({
  system: registry({}),
  ...hives(who),
  [`policy:${who}`]: forced === null ? lost('missing') : registry(forced),
  [`own:${who}`]: registry(own),
})
const saver = (minutes: number, extra: Record<string, string> = {}) => ({
  ScreenSaveActive: '1',
  ScreenSaverIsSecure: '1',
  ScreenSaveTimeOut: String(minutes * 60),
  ...extra,
})
const other = 'S-1-12-1-5-6-7-8'
const windows: [string, Raws, string, RegExp][] = [
  ['the machine’s own limit', { system: registry({ InactivityTimeoutSecs: 600 }) }, 'pass', /within 10 minutes/],
  ['a limit of an hour', { system: registry({ InactivityTimeoutSecs: 3600 }) }, 'fail', /only after 60 minutes/],
  ['a screen saver that the user’s policy forces', user(saver(5)), 'pass', /within 5 minutes/],
  ['one that asks for no password', user(saver(5, { ScreenSaverIsSecure: '0' })), 'fail', /never locks/],
  ['one that the person has set and could take away', user(null, saver(5)), 'fail', /users can switch the lock/],
  ['a policy that forces a part, the person the rest', user({ ScreenSaveActive: '1' }, saver(5)), 'fail', /users can/],
  ['a policy that is stricter than the person', user(saver(5), saver(60)), 'pass', /within 5 minutes/],
  [
    'one of two who are signed in has no policy',
    { ...user(saver(5)), ...user(null, {}, other), ...hives(sid, other) },
    'fail',
    /never locks/,
  ],
  ['nobody has set anything', user(null), 'fail', /neither the machine inactivity limit/],
  ['nobody is signed in', { system: registry({}), ...hives() }, 'unknown', /with nobody signed in/],
  ['who is signed in cannot be read', { system: registry({}), people: lost() }, 'unknown', /people: permission denied/],
  ['a person’s key may not be read', { ...user(null), [`own:${sid}`]: lost() }, 'unknown', /permission denied/],
  ['a key that may not be read', { system: lost() }, 'unknown', /system: permission denied/],
]

describe('cfg.screen-lock', () => {
  it.each(linux)('%s', (_name, raws, outcome, reason) => {
    const judged = judgeRaws(cfgScreenLock, raws)
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it.each(windows)('Windows: %s', (_name, raws, outcome, reason) => {
    const judged = judgeRaws(cfgScreenLock, raws, { system: 'windows' })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it('judges by the zone’s own minutes', () => {
    const sections = { settings: { screenLockMaxMinutes: { default: 10, mynumber: 3 } } }
    expect(judgeRaws(cfgScreenLock, changed, { sections })?.outcome).toBe('fail')
    expect(judgeRaws(cfgScreenLock, changed, { sections, zone: 'internet' })?.outcome).toBe('pass')
  })

  it.each([
    ['900', 900],
    ['15min', 900],
    ['1h 30min', 5400],
    ['1month', 2630016],
    ['infinity', 0],
    ['', 0],
  ])('takes %j for %d seconds', (text, seconds) => {
    expect(parseSpan(text)).toBe(seconds)
  })
})

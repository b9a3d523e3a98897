import type { SystemPart } from './check.ts'
import { type Dconf, dconfNumber, dconfOf, dconfPlaces, dconfReadings, isLocked, moreDconf } from './dconf.ts'
import { type Desktop, desktopsOf, sessionReadings } from './desktop.ts'
import { isTrue, mergeKeyfiles, parseKeyfile } from './keyfile.ts'
import { entriesOf, explainFailure, isMissing, known, textOf, unreadable } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { type Lock, locksAfter, neverLocks, type ScreenLock, unknownLock } from './screen-lock-facts.ts'
import { parseSpan } from './spans.ts'
import { parseXfconf } from './xfconf.ts'

const kdeConf = '/etc/xdg/kscreenlockerrc'
const xfceConf = '/etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml'
const logindConf = '/etc/systemd/logind.conf'
const profileFolder = '/etc/profile.d'

const readings: Readings = {
  ...sessionReadings,
  ...dconfReadings,
  kde: { kind: 'file', path: kdeConf },
  xfce: { kind: 'file', path: xfceConf },
  logind: { kind: 'file', path: logindConf },
  logindFolder: { kind: 'directory', path: `${logindConf}.d`, depth: 1 },
  profile: { kind: 'file', path: '/etc/profile' },
  bashrc: { kind: 'file', path: '/etc/bash.bashrc' },
  profileFolder: { kind: 'directory', path: profileFolder, depth: 1 },
}

export const linuxScreenLock: SystemPart<ScreenLock> = {
  readings: () => readings,
  more: (raws) => ({
    ...moreDconf(raws),
    ...filesIn(raws, 'logindFolder', `${logindConf}.d`, /\.conf$/),
    ...filesIn(raws, 'profileFolder', profileFolder, /\.sh$/),
  }),
  parse(raws) {
    const desktops = desktopsOf(raws)
    if (desktops === null) return unreadable(explainFailure(raws, 'xsessions'))
    return known({
      locks: desktops.length === 0 ? [consoleLock(raws)] : desktops.map((desktop) => readers[desktop](raws)),
    })
  },
  watch: () => [...dconfPlaces, kdeConf, xfceConf, logindConf, profileFolder],
}

function filesIn(raws: Raws, name: string, folder: string, wanted: RegExp): Readings {
  const files = (entriesOf(raws, name) ?? []).filter(({ path }) => wanted.test(path)).slice(0, 100)
  return Object.fromEntries(
    files.map(({ path }) => [`${name}:${path}`, { kind: 'file', path: `${folder}/${path}` }] as const),
  )
}

const readers = {
  gnome: gnomeLock,
  kde: kdeLock,
  xfce: xfceLock,
  mate: () => unknownLock('MATE', notRead),
  cinnamon: () => unknownLock('Cinnamon', notRead),
  other: () => unknownLock('desktop', notRead),
} as const satisfies Record<Desktop, (raws: Raws) => Lock>

const notRead = {
  ja: 'この種類のデスクトップの画面ロックは、端末全体の設定からは読み取れません',
  en: 'the lock of this desktop cannot be read from the system’s settings',
} as const

const idleKey = '/org/gnome/desktop/session/idle-delay'
const lockKey = '/org/gnome/desktop/screensaver/lock-enabled'
const delayKey = '/org/gnome/desktop/screensaver/lock-delay'
/** GNOME's own values (org.gnome.desktop.session, org.gnome.desktop.screensaver). */
const gnomeIdleSeconds = 300

function gnomeLock(raws: Raws): Lock {
  const dconf = dconfOf(raws)
  if (dconf === null) return unknownLock('GNOME', explainFailure(raws, 'dconf'))
  const screensaver = dconf.values['org/gnome/desktop/screensaver'] ?? {}
  const idle = dconfNumber(dconf.values['org/gnome/desktop/session']?.['idle-delay']) ?? gnomeIdleSeconds
  const delay = dconfNumber(screensaver['lock-delay']) ?? 0
  const isEnabled = screensaver['lock-enabled'] === undefined || isTrue(screensaver['lock-enabled'])
  const note = dconf.isCompiled ? undefined : { ja: 'dconf update が済んでいません', en: 'dconf update was not run' }
  if (note !== undefined) return unknownLock('GNOME', note)
  if (!isEnabled || idle === 0) return neverLocks('GNOME')
  return locksAfter('GNOME', (idle + delay) / 60, !isGnomeHeld(dconf))
}

function isGnomeHeld(dconf: Dconf): boolean {
  return [idleKey, lockKey, delayKey].every((key) => isLocked(dconf, key))
}

/** kscreenlockerrc: minutes; `[$i]` behind a key or group keeps users from changing it. */
function kdeLock(raws: Raws): Lock {
  const text = textOf(raws, 'kde')
  if (text === null && !isMissing(raws, 'kde')) return unknownLock('KDE', explainFailure(raws, 'kde'))
  const isHeld = text !== null && /^\s*\[Daemon\]\[\$i\]|^\s*\[\$i\]/m.test(text)
  const plain = (text ?? '').replaceAll('[$i]', '')
  const daemon = parseKeyfile(plain).Daemon ?? {}
  const isKeyHeld = text !== null && /^Timeout\[\$i\]/m.test(text) && /^Autolock\[\$i\]/m.test(text)
  const minutes = Number(daemon.Timeout ?? '5')
  if (daemon.Autolock !== undefined && !isTrue(daemon.Autolock)) return neverLocks('KDE')
  if (!Number.isFinite(minutes) || minutes <= 0) return neverLocks('KDE')
  const grace = Number(daemon.LockGrace ?? '5')
  return locksAfter('KDE', minutes + (Number.isFinite(grace) ? grace : 0) / 60, !(isHeld || isKeyHeld))
}

function xfceLock(raws: Raws): Lock {
  const text = textOf(raws, 'xfce')
  if (text === null) {
    return isMissing(raws, 'xfce') ? unknownLock('Xfce', noXfce) : unknownLock('Xfce', explainFailure(raws, 'xfce'))
  }
  const { values, isLocked: isHeld } = parseXfconf(text)
  const isOn = (key: string) => values.get(key) !== 'false'
  const idle = Number(values.get('/saver/idle-activation/delay') ?? '5')
  const delay = Number(values.get('/lock/saver-activation/delay') ?? '0')
  const isLocking = [
    '/saver/enabled',
    '/saver/idle-activation/enabled',
    '/lock/enabled',
    '/lock/saver-activation/enabled',
  ].every(isOn)
  if (!isLocking || !Number.isFinite(idle + delay)) return neverLocks('Xfce')
  return locksAfter('Xfce', idle + delay, !isHeld)
}

const noXfce = {
  ja: `端末全体の画面ロックの設定（${xfceConf}）がないため、利用者ごとの設定次第です`,
  en: `there is no setting for the whole terminal (${xfceConf}): it is as each user has it`,
} as const

/** Without a desktop: a text console that was left is as open as a screen; TMOUT or logind ends it. */
function consoleLock(raws: Raws): Lock {
  const where = 'console'
  const scripts = ['profile', 'bashrc', ...Object.keys(raws).filter((name) => name.startsWith('profileFolder:'))]
  const shells = scripts.map((name) => textOf(raws, name) ?? '').join('\n')
  const tmout = [...shells.matchAll(/^[^#\n]*\bTMOUT=(\d+)/gm)].map(([, seconds]) => Number(seconds)).at(-1) ?? 0
  const isReadonly = /^[^#\n]*\b(readonly|declare -r|typeset -r)\b[^#\n]*\bTMOUT\b/m.test(shells)
  const idle = logindIdleSeconds(raws)
  const seconds = [tmout, idle].filter((value) => value > 0)
  if (seconds.length > 0) return locksAfter(where, Math.min(...seconds) / 60, idle > 0 ? false : !isReadonly)
  if (entriesOf(raws, 'profileFolder') === null && !isMissing(raws, 'profileFolder')) {
    return unknownLock(where, explainFailure(raws, 'profileFolder'))
  }
  return neverLocks(where)
}

/** logind.conf(5) since systemd 252: `StopIdleSessionSec=15min` ends a console session that nobody uses. */
function logindIdleSeconds(raws: Raws): number {
  const names = ['logind', ...Object.keys(raws).filter((name) => name.startsWith('logindFolder:'))]
  const merged = mergeKeyfiles(names.map((name) => parseKeyfile(textOf(raws, name) ?? '')))
  return parseSpan(merged.Login?.StopIdleSessionSec ?? '')
}

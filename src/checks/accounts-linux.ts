import { type Account, type Accounts, accountsSchema, dayOf, dayOfNumber } from './account-facts.ts'
import type { SystemPart } from './check.ts'
import { isTrue, mergeKeyfiles, parseKeyfile } from './keyfile.ts'
import { firstUid } from './login-defs.ts'
import { hasLoginShell, type PasswdEntry, parsePasswd, parseShadow, type ShadowEntry } from './passwd.ts'
import { passwordMinLength } from './password-length.ts'
import { explainFailure, isMissing, known, outputOf, textOf, unreadable } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { parseLastlog, signInReadings, signInsOf } from './sign-ins.ts'

const readings: Readings = {
  passwd: { kind: 'file', path: '/etc/passwd' },
  shadow: { kind: 'file', path: '/etc/shadow' },
  loginDefs: { kind: 'file', path: '/etc/login.defs' },
  pwquality: { kind: 'file', path: '/etc/security/pwquality.conf' },
  commonPassword: { kind: 'file', path: '/etc/pam.d/common-password' },
  systemAuth: { kind: 'file', path: '/etc/pam.d/system-auth' },
  ...signInReadings,
  lastlog: { kind: 'command', program: 'lastlog', args: [] },
  lastlog2: { kind: 'command', program: 'lastlog2', args: [] },
  lightdm: { kind: 'file', path: '/etc/lightdm/lightdm.conf' },
}

export const linuxAccounts: SystemPart<Accounts> = {
  readings: () => readings,
  parse(raws) {
    const passwd = textOf(raws, 'passwd')
    if (passwd === null) return unreadable(explainFailure(raws, 'passwd'))
    const entries = parsePasswd(passwd)
    const shadow = textOf(raws, 'shadow')
    const secrets = new Map((shadow === null ? [] : parseShadow(shadow)).map((entry) => [entry.name, entry] as const))
    const uses = readUses(raws)
    const lowest = firstUid(textOf(raws, 'loginDefs'))
    const people = entries.filter((entry) => (entry.uid === 0 || entry.uid >= lowest) && hasLoginShell(entry))
    const missing = [
      ...(shadow === null ? [explainFailure(raws, 'shadow')] : []),
      ...(uses.isKnown ? [] : [explainFailure(raws, 'last')]),
    ]
    return known(
      accountsSchema.parse({
        accounts: people.map((entry) => accountOf(entry, secrets.get(entry.name) ?? null, uses.last)),
        shared: sharedNumbers(entries),
        guest: guestState(raws, entries),
        passwordMinLength: passwordMinLength(raws),
        recordsBegin: dayOf(uses.begins),
        isSignInKnown: uses.isKnown,
        missing,
      }),
    )
  },
  watch: () => ['/etc/passwd', '/etc/shadow', '/etc/login.defs', '/etc/security/pwquality.conf'],
}

function accountOf(entry: PasswdEntry, shadow: ShadowEntry | null, last: ReadonlyMap<string, string>): Account {
  const expires = dayOfNumber(shadow?.expiresDay ?? null)
  return {
    name: entry.name,
    uid: entry.uid,
    isEnabled: shadow === null || shadow.password !== 'locked',
    password: shadow?.password ?? 'unknown',
    neverExpires: shadow === null ? null : expires === null && (shadow.maxDays === null || shadow.maxDays >= 99_999),
    lastSignIn: dayOf(last.get(entry.name) ?? null),
    passwordSet: dayOfNumber(shadow?.changedDay ?? null),
  }
}

/** The newest of what wtmp and lastlog say: a desktop sign-in is in the one, one by ssh in both. */
function readUses(
  raws: Raws,
): Readonly<{ last: ReadonlyMap<string, string>; begins: string | null; isKnown: boolean }> {
  const wtmp = signInsOf(raws)
  const tables = ['lastlog', 'lastlog2'].flatMap((name) => outputOf(raws, name) ?? [])
  const last = new Map<string, string>()
  const note = (user: string, at: string) => last.set(user, [last.get(user) ?? '', at].sort().at(-1) ?? at)
  for (const { user, at } of wtmp?.signIns ?? []) note(user, at)
  for (const table of tables) {
    for (const [user, at] of parseLastlog(table)) if (at !== null) note(user, at)
  }
  return { last, begins: wtmp?.begins ?? null, isKnown: wtmp !== null || tables.length > 0 }
}

function sharedNumbers(entries: readonly PasswdEntry[]): Accounts['shared'] {
  const byUid = new Map<number, string[]>()
  for (const { uid, name } of entries) byUid.set(uid, [...(byUid.get(uid) ?? []), name])
  return [...byUid].filter(([, names]) => names.length > 1).map(([uid, names]) => ({ uid, names }))
}

/** LightDM lets a guest in unless told otherwise where a guest session is installed; GDM and SDDM know none. */
function guestState(raws: Raws, entries: readonly PasswdEntry[]): Accounts['guest'] {
  if (entries.some((entry) => /^guest/i.test(entry.name) && hasLoginShell(entry))) return 'on'
  const conf = textOf(raws, 'lightdm')
  if (conf === null) return isMissing(raws, 'lightdm') ? 'off' : 'unknown'
  const merged = mergeKeyfiles([parseKeyfile(conf)])
  return isTrue(merged['Seat:*']?.['allow-guest'] ?? merged.SeatDefaults?.['allow-guest']) ? 'on' : 'off'
}

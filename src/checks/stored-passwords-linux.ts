import { autoSignInPlaces, autoSignInReadings, findAutoSignIn, moreAutoSignIn } from './auto-sign-in.ts'
import type { SystemPart } from './check.ts'
import { credentialFiles, hasSmbPassword, parseFstab } from './credential-files.ts'
import { hasLoginShell, type PasswdEntry, parsePasswd } from './passwd.ts'
import { entriesOf, explainFailure, isMissing, known, rawOf, textOf, unreadable } from './raw.ts'
import type { Raws, Reading, Readings } from './reading.ts'
import { type StoredPasswords, storedPasswordsSchema } from './stored-passwords.ts'

const maxHomes = 40
const maxCredentialBytes = 262_144

/** Programs with a password store of their own, the folder that shows the program, and where a policy may forbid it. */
const browsers = [
  {
    name: 'Google Chrome',
    binary: 'chrome',
    program: '/opt/google/chrome',
    policies: '/etc/opt/chrome/policies/managed',
  },
  {
    name: 'Microsoft Edge',
    binary: 'edge',
    program: '/opt/microsoft/msedge',
    policies: '/etc/opt/edge/policies/managed',
  },
  { name: 'Chromium', binary: 'chromium', program: '/usr/lib/chromium', policies: '/etc/chromium/policies/managed' },
  { name: 'Firefox', binary: 'firefox', program: '/usr/lib/firefox', policies: '/etc/firefox/policies' },
  { name: 'Firefox ESR', binary: 'firefox-esr', program: '/usr/lib/firefox-esr', policies: '/etc/firefox/policies' },
] as const

const readings: Readings = {
  ...autoSignInReadings,
  passwd: { kind: 'file', path: '/etc/passwd' },
  fstab: { kind: 'file', path: '/etc/fstab' },
  ...Object.fromEntries(
    browsers.flatMap(({ binary, program, policies }) => [
      [`program:${binary}`, { kind: 'directory', path: program, depth: 1 } as const],
      [`policies:${binary}`, { kind: 'directory', path: policies, depth: 1 } as const],
    ]),
  ),
}

export const linuxStoredPasswords: SystemPart<StoredPasswords> = {
  readings: () => readings,
  more: (raws) => ({ ...moreAutoSignIn(raws), ...moreCredentials(raws), ...moreBrowsers(raws) }),
  parse(raws) {
    const passwd = textOf(raws, 'passwd')
    if (passwd === null) return unreadable(explainFailure(raws, 'passwd'))
    const unread = Object.keys(raws).filter(
      (name) => isNeeded(name) && rawOf(raws, name, 'failed') !== null && !isMissing(raws, name),
    )
    return known(
      storedPasswordsSchema.parse({
        automatic: findAutoSignIn(raws),
        stored: [...storedInHomes(raws, passwd), ...storedForMounts(raws)],
        browsers: browsers.filter(({ binary }) => keepsPasswords(raws, binary)).map(({ name }) => name),
        missing: unread.slice(0, 10).map((name) => explainFailure(raws, name)),
      }),
    )
  },
  watch: () => [...autoSignInPlaces, '/etc/fstab'],
}

/** People's homes; more than `maxHomes` are not on a clerk's terminal. */
function homesOf(passwd: string): readonly PasswdEntry[] {
  return parsePasswd(passwd)
    .filter((entry) => hasLoginShell(entry) && entry.home.startsWith('/') && entry.home !== '/')
    .slice(0, maxHomes)
}

function moreCredentials(raws: Raws): Readings {
  const homes = homesOf(textOf(raws, 'passwd') ?? '')
  const inHomes = homes.flatMap(({ home }) => credentialFiles.map(({ path }) => `${home}/${path}`))
  const named = parseFstab(textOf(raws, 'fstab') ?? '').credentials
  return Object.fromEntries(
    [...inHomes, ...named].map((path) => [`credential:${path}`, credentialReading(path)] as const),
  )
}

function credentialReading(path: string): Reading {
  return { kind: 'file', path, maxBytes: maxCredentialBytes }
}

function storedInHomes(raws: Raws, passwd: string): StoredPasswords['stored'] {
  return homesOf(passwd).flatMap(({ name, home }) =>
    credentialFiles.flatMap(({ path, kind, holds }) => {
      const text = textOf(raws, `credential:${home}/${path}`)
      return text !== null && holds(text) ? [{ path: `${home}/${path}`, kind, user: name }] : []
    }),
  )
}

/** Root alone may read what the system itself mounts with; a line of fstab everybody can read. */
function storedForMounts(raws: Raws): StoredPasswords['stored'] {
  const { withPassword, credentials } = parseFstab(textOf(raws, 'fstab') ?? '')
  const open = credentials.filter((path) => {
    const raw = rawOf(raws, `credential:${path}`, 'file')
    return raw !== null && hasSmbPassword(raw.text) && (raw.uid !== 0 || (raw.mode & 0o077) !== 0)
  })
  return [
    ...withPassword.map((point) => ({ path: `/etc/fstab (${point})`, kind: 'fstab', user: '' })),
    ...open.map((path) => ({ path, kind: 'SMB', user: '' })),
  ]
}

function moreBrowsers(raws: Raws): Readings {
  return Object.fromEntries(
    browsers.flatMap(({ binary, policies }) =>
      (entriesOf(raws, `policies:${binary}`) ?? [])
        .filter(({ path }) => path.endsWith('.json'))
        .slice(0, 20)
        .map(({ path }) => [`policy:${binary}:${path}`, { kind: 'file', path: `${policies}/${path}` }] as const),
    ),
  )
}

/** `PasswordManagerEnabled` of every Chromium, `OfferToSaveLogins` of Firefox. */
function keepsPasswords(raws: Raws, binary: string): boolean {
  if (entriesOf(raws, `program:${binary}`) === null) return false
  const texts = Object.keys(raws)
    .filter((name) => name.startsWith(`policy:${binary}:`))
    .map((name) => textOf(raws, name) ?? '')
  return !texts.some((text) => /"(PasswordManagerEnabled|OfferToSaveLogins)"\s*:\s*false/.test(text))
}

function isNeeded(name: string): boolean {
  return name === 'fstab' || name.startsWith('/etc/') || name.startsWith('credential:')
}

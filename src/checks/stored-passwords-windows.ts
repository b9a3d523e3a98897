import type { SystemPart } from './check.ts'
import { explainFailure, keysOf, known, unreadable } from './raw.ts'
import type { Raws } from './reading.ts'
import { type StoredPasswords, storedPasswordsSchema } from './stored-passwords.ts'

const winlogon = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon'
const appPaths = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\App Paths'

const browsers = [
  { name: 'Google Chrome', exe: 'chrome.exe', policy: 'Google\\Chrome', value: 'PasswordManagerEnabled' },
  { name: 'Microsoft Edge', exe: 'msedge.exe', policy: 'Microsoft\\Edge', value: 'PasswordManagerEnabled' },
  { name: 'Firefox', exe: 'firefox.exe', policy: 'Mozilla\\Firefox', value: 'OfferToSaveLogins' },
] as const

export const windowsStoredPasswords: SystemPart<StoredPasswords> = {
  readings: () => ({
    winlogon: { kind: 'registry', key: winlogon, depth: 0 },
    ...Object.fromEntries(
      browsers.flatMap(({ exe, policy }) => [
        [`app:${exe}`, { kind: 'registry', key: `${appPaths}\\${exe}`, depth: 0 } as const],
        [`policy:${exe}`, { kind: 'registry', key: `HKLM\\SOFTWARE\\Policies\\${policy}`, depth: 0 } as const],
      ]),
    ),
  }),
  watch: () => [winlogon],
  parse(raws) {
    const values = keysOf(raws, 'winlogon')?.[0]?.values
    if (values === undefined) return unreadable(explainFailure(raws, 'winlogon'))
    const user = String(values.DefaultUserName ?? '')
    // A text, "1"; ForceAutoLogon signs in again after a sign-out; DefaultPassword is the password in the clear.
    const isAutomatic = ['AutoAdminLogon', 'ForceAutoLogon'].some((name) => String(values[name] ?? '') === '1')
    const hasPassword = values.DefaultPassword !== undefined && values.DefaultPassword !== ''
    return known(
      storedPasswordsSchema.parse({
        automatic: isAutomatic ? [{ where: 'Winlogon\\AutoAdminLogon', user }] : [],
        stored: hasPassword ? [{ path: 'Winlogon\\DefaultPassword', kind: 'Winlogon', user }] : [],
        browsers: browsers.filter(({ exe, value }) => keepsPasswords(raws, exe, value)).map(({ name }) => name),
        missing: [],
      }),
    )
  },
}

function keepsPasswords(raws: Raws, exe: string, value: string): boolean {
  if (keysOf(raws, `app:${exe}`) === null) return false
  return keysOf(raws, `policy:${exe}`)?.[0]?.values[value] !== 0
}

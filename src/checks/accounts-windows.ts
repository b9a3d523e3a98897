import { type Account, type Accounts, accountsSchema, dayOf } from './account-facts.ts'
import { accountPolicyOf, accountPolicyReadings, moreAccountPolicy } from './account-policy.ts'
import type { SystemPart } from './check.ts'
import { explainFailure, known, rowsOf, unreadable } from './raw.ts'
import type { Reading } from './reading.ts'
import { cimInstant } from './windows-time.ts'

export const userAccountsReading: Reading = {
  kind: 'query',
  namespace: 'root\\CIMV2',
  query:
    'SELECT Name, SID, Disabled, Lockout, PasswordExpires, PasswordRequired FROM Win32_UserAccount WHERE LocalAccount = TRUE',
}

export const windowsAccounts: SystemPart<Accounts> = {
  readings: () => ({
    ...accountPolicyReadings,
    accounts: userAccountsReading,
    logons: { kind: 'query', namespace: 'root\\CIMV2', query: 'SELECT Name, LastLogon FROM Win32_NetworkLoginProfile' },
  }),
  more: moreAccountPolicy,
  parse(raws) {
    const rows = rowsOf(raws, 'accounts')
    if (rows === null) return unreadable(explainFailure(raws, 'accounts'))
    const logons = rowsOf(raws, 'logons')
    const last = new Map(
      (logons ?? []).map((row) => [accountName(row.Name), dayOf(cimInstant(row.LastLogon))] as const),
    )
    const accounts = rows.map((row) => accountOf(row, last))
    return known(
      accountsSchema.parse({
        accounts: accounts.filter(({ isEnabled }) => isEnabled),
        shared: [],
        guest: guestState(rows),
        passwordMinLength: accountPolicyOf(raws)?.passwordMinLength ?? null,
        recordsBegin: null,
        isSignInKnown: logons !== null,
        missing: logons === null ? [explainFailure(raws, 'logons')] : [],
      }),
    )
  },
}

type Row = Readonly<Record<string, unknown>>

function accountOf(row: Row, last: ReadonlyMap<string, string | null>): Account {
  const name = String(row.Name ?? '')
  return {
    name,
    uid: null,
    isEnabled: row.Disabled !== true,
    password: row.PasswordRequired === false ? 'empty' : 'set',
    neverExpires: typeof row.PasswordExpires === 'boolean' ? !row.PasswordExpires : null,
    lastSignIn: last.get(name.toLowerCase()) ?? null,
    passwordSet: null,
  }
}

/** The guest's name is translated and may be changed; its number is 501 everywhere. */
function guestState(rows: readonly Row[]): Accounts['guest'] {
  const guest = rows.find((row) => /-501$/.test(String(row.SID ?? '')))
  if (guest === undefined) return 'unknown'
  return guest.Disabled === true ? 'off' : 'on'
}

/** `PC\name` */
function accountName(value: unknown): string {
  const text = String(value ?? '')
  return text.slice(text.lastIndexOf('\\') + 1).toLowerCase()
}

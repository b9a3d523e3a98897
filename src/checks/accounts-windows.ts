import { type Account, type Accounts, accountsSchema, dayOf } from './account-facts.ts'
import { accountPolicyOf, accountPolicyReadings, explainAccountPolicy } from './account-policy.ts'
import type { SystemPart } from './check.ts'
import { toInstant } from './day.ts'
import { explainFailure, known, rowsOf, unreadable } from './raw.ts'
import type { Reading } from './reading.ts'
import { numberIn, type Row, textIn } from './row.ts'

/** The terminal's own accounts; those of a domain are the domain's to look after. */
export const localUsersReading: Reading = { kind: 'table', table: 'local-users' }

export const windowsAccounts: SystemPart<Accounts> = {
  readings: () => ({ ...accountPolicyReadings, accounts: localUsersReading }),
  parse(raws, { readAt }) {
    const rows = rowsOf(raws, 'accounts')
    if (rows === null) return unreadable(explainFailure(raws, 'accounts'))
    const rules = accountPolicyOf(raws)
    const accounts = rows.map((row) => accountOf(row, readAt ?? null))
    return known(
      accountsSchema.parse({
        accounts: accounts.filter(({ isEnabled }) => isEnabled),
        shared: [],
        guest: guestState(rows),
        passwordMinLength: rules?.passwordMinLength ?? null,
        recordsBegin: null,
        isSignInKnown: true,
        missing: rules === null ? [explainAccountPolicy(raws)] : [],
      }),
    )
  },
}

/** Flags of an account (lmaccess.h, UF_…). */
const flags = { disabled: 0x2, noPasswordNeeded: 0x20, neverExpires: 0x1_0000 } as const
/** Numbers that are the same on every Windows, whatever the accounts are called. */
export const relativeIds = { administrator: 500, guest: 501 } as const

export function isDisabled(row: Row): boolean {
  return ((numberIn(row, 'Flags') ?? 0) & flags.disabled) !== 0
}

function accountOf(row: Row, readAt: string | null): Account {
  const bits = numberIn(row, 'Flags') ?? 0
  const lastLogon = numberIn(row, 'LastLogon') ?? 0
  const age = numberIn(row, 'PasswordAgeSeconds')
  const setAt = readAt === null || age === null ? null : toInstant(Date.parse(readAt) - age * 1000)
  return {
    name: textIn(row, 'Name') ?? '',
    uid: null,
    isEnabled: !isDisabled(row),
    password: (bits & flags.noPasswordNeeded) === 0 ? 'set' : 'empty',
    neverExpires: (bits & flags.neverExpires) !== 0,
    lastSignIn: lastLogon === 0 ? null : dayOf(toInstant(lastLogon * 1000)),
    passwordSet: dayOf(setAt),
  }
}

/** The guest's name is translated and may be changed; its number is 501 everywhere. */
function guestState(rows: readonly Row[]): Accounts['guest'] {
  const guest = rows.find((row) => numberIn(row, 'RelativeId') === relativeIds.guest)
  if (guest === undefined) return 'unknown'
  return isDisabled(guest) ? 'off' : 'on'
}

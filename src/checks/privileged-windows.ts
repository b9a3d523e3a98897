import { isDisabled, localUsersReading, relativeIds } from './accounts-windows.ts'
import type { SystemPart } from './check.ts'
import { gatherAdministrators, type Privileged, privilegedSchema } from './privileged-facts.ts'
import { explainFailure, known, rowsOf, unreadable } from './raw.ts'
import { numberIn, type Row, textIn } from './row.ts'

/** The administrators' group has another name in each language and one number, by which it is asked for. */
export const windowsPrivileged: SystemPart<Privileged> = {
  readings: () => ({ members: { kind: 'table', table: 'administrators' }, accounts: localUsersReading }),
  parse(raws) {
    const accounts = rowsOf(raws, 'accounts')
    const members = rowsOf(raws, 'members')
    if (members === null) return unreadable(explainFailure(raws, 'members'))
    // The built-in account cannot be taken out of the group.
    if (members.length === 0) return unreadable(noMembers)
    const builtIn = accounts?.find((row) => numberIn(row, 'RelativeId') === relativeIds.administrator)
    const name = builtIn === undefined ? '' : (textIn(builtIn, 'Name') ?? '')
    const disabled = (accounts ?? []).filter(isDisabled).map((row) => (textIn(row, 'Name') ?? '').toLowerCase())
    const able = members.map(memberName).filter((one) => !disabled.includes(one.toLowerCase()))
    return known(
      privilegedSchema.parse({
        administrators: gatherAdministrators(able.map((one) => [one, 'Administrators'] as const)),
        withoutPassword: [],
        wellKnown: builtIn === undefined || isDisabled(builtIn) || !isWellKnown(name) ? [] : [name],
        missing: accounts === null ? [explainFailure(raws, 'accounts')] : [],
      }),
    )
  },
}

const noMembers = {
  ja: 'Windows が管理者のグループの構成員を返しません（1人もいません）',
  en: 'Windows told of no member of the administrators’ group, which cannot be',
} as const

/** A renamed built-in account is not known by its name any more. */
function isWellKnown(name: string): boolean {
  return /^(administrator|admin|管理者)$/i.test(name)
}

/**
 * `TOWN\tanaka` of a domain, `tanaka` of the terminal itself. Somebody of a domain that cannot be asked, and an account that
 * is gone, have their number alone.
 */
function memberName(row: Row): string {
  const name = textIn(row, 'Name') ?? ''
  const own = textIn(row, 'Computer') ?? ''
  const [domain = '', account = ''] = name.split('\\')
  if (account === '') return name === '' ? (textIn(row, 'Sid') ?? '') : name
  return domain.toLowerCase() === own.toLowerCase() ? account : name
}

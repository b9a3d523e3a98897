import { userAccountsReading } from './accounts-windows.ts'
import type { SystemPart } from './check.ts'
import { gatherAdministrators, type Privileged, privilegedSchema } from './privileged-facts.ts'
import { explainFailure, known, rowsOf, unreadable } from './raw.ts'

/** The administrators' group has another name in each language and one number. */
const groupQuery = "SELECT Domain, Name FROM Win32_Group WHERE LocalAccount = TRUE AND SID = 'S-1-5-32-544'"

export const windowsPrivileged: SystemPart<Privileged> = {
  readings: () => ({
    group: { kind: 'query', namespace: 'root\\CIMV2', query: groupQuery },
    accounts: userAccountsReading,
  }),
  more(raws) {
    const group = rowsOf(raws, 'group')?.[0]
    if (group === undefined) return {}
    const reference = `Win32_Group.Domain="${wqlText(group.Domain)}",Name="${wqlText(group.Name)}"`
    return {
      members: {
        kind: 'query',
        namespace: 'root\\CIMV2',
        query: `SELECT PartComponent FROM Win32_GroupUser WHERE GroupComponent = '${reference}'`,
      },
    }
  },
  parse(raws) {
    const accounts = rowsOf(raws, 'accounts')
    const members = rowsOf(raws, 'members')
    if (members === null) return unreadable(explainFailure(raws, 'members'))
    const builtIn = accounts?.find((row) => /^S-1-5-21-.*-500$/.test(String(row.SID ?? '')))
    return known(
      privilegedSchema.parse({
        administrators: gatherAdministrators(
          members.flatMap((row) => memberName(row.PartComponent).map((name) => [name, 'Administrators'] as const)),
        ),
        withoutPassword: [],
        wellKnown:
          builtIn === undefined || builtIn.Disabled === true || !isWellKnown(String(builtIn.Name ?? ''))
            ? []
            : [String(builtIn.Name ?? '')],
        missing: accounts === null ? [explainFailure(raws, 'accounts')] : [],
      }),
    )
  },
}

/** A renamed built-in account is not known by its name any more. */
function isWellKnown(name: string): boolean {
  return /^(administrator|admin|管理者)$/i.test(name)
}

/** `\\PC\root\cimv2:Win32_UserAccount.Domain="TOWN",Name="tanaka"`; domain members keep their domain. */
export function memberName(reference: unknown): readonly string[] {
  const match = /^(?:\\\\([^\\]+)\\[^:]*:)?\w+\.Domain="([^"]*)",Name="([^"]*)"$/.exec(String(reference ?? ''))
  if (match === null) return []
  const [, machine = '', domain = '', name = ''] = match
  return [domain === '' || domain.toLowerCase() === machine.toLowerCase() ? name : `${domain}\\${name}`]
}

/** WQL inside a quoted text: backslash and both quotes are escaped. */
function wqlText(value: unknown): string {
  return String(value ?? '').replaceAll(/[\\'"]/g, '\\$&')
}

import type { SystemPart } from './check.ts'
import { type GroupEntry, hasLoginShell, type PasswdEntry, parseGroup, parsePasswd, parseShadow } from './passwd.ts'
import { gatherAdministrators, type Privileged, privilegedSchema } from './privileged-facts.ts'
import { entriesOf, explainFailure, isMissing, known, textOf, unreadable } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import type { Sentence } from './result.ts'
import { parseSudoers, type SudoRule } from './sudoers.ts'

const sudoersFolder = '/etc/sudoers.d'
/** Members may do everything: by the usual sudoers file, or because the group's device or socket amounts to root. */
const rootGroups = [
  'sudo',
  'wheel',
  'admin',
  'root',
  'docker',
  'lxd',
  'incus-admin',
  'libvirt',
  'disk',
  'shadow',
] as const
const wellKnownNames = ['root', 'admin', 'administrator'] as const

const readings: Readings = {
  passwd: { kind: 'file', path: '/etc/passwd' },
  group: { kind: 'file', path: '/etc/group' },
  shadow: { kind: 'file', path: '/etc/shadow' },
  sudoers: { kind: 'file', path: '/etc/sudoers' },
  sudoersFolder: { kind: 'directory', path: sudoersFolder, depth: 1 },
}

export const linuxPrivileged: SystemPart<Privileged> = {
  readings: () => readings,
  /** sudoers(5): names with a dot or ending in `~` are passed over. */
  more: (raws) =>
    Object.fromEntries(
      (entriesOf(raws, 'sudoersFolder') ?? [])
        .filter(({ path, type }) => type !== 'directory' && !path.includes('.') && !path.endsWith('~'))
        .slice(0, 100)
        .map(({ path }) => [`sudoers:${path}`, { kind: 'file', path: `${sudoersFolder}/${path}` }] as const),
    ),
  parse(raws) {
    const passwd = textOf(raws, 'passwd')
    const group = textOf(raws, 'group')
    if (passwd === null) return unreadable(explainFailure(raws, 'passwd'))
    if (group === null) return unreadable(explainFailure(raws, 'group'))
    const people = parsePasswd(passwd)
    const groups = parseGroup(group)
    const sudo = readSudoers(raws)
    const shadow = textOf(raws, 'shadow')
    const locked = new Set(
      (shadow === null ? [] : parseShadow(shadow))
        .filter(({ password }) => password === 'locked')
        .map(({ name }) => name),
    )
    const everything = sudo.rules.filter(({ isAll }) => isAll)
    return known(
      privilegedSchema.parse({
        administrators: gatherAdministrators([
          ...people.filter(({ uid }) => uid === 0).map(({ name }) => [name, 'uid 0'] as const),
          ...rootGroups.flatMap((name) => membersOf(name, groups, people).map((member) => [member, name] as const)),
          ...everything.flatMap((rule) => whoIs(rule, groups, people).map((name) => [name, 'sudoers'] as const)),
        ]),
        withoutPassword: [...new Set(sudo.rules.filter(({ noPassword }) => noPassword).map(({ who }) => who))],
        wellKnown: people
          .filter(({ name }) => wellKnownNames.some((known) => known === name.toLowerCase()))
          .filter((entry) => hasLoginShell(entry) && shadow !== null && !locked.has(entry.name))
          .map(({ name }) => name),
        missing: [...sudo.missing, ...(shadow === null ? [explainFailure(raws, 'shadow')] : [])],
      }),
    )
  },
  watch: () => ['/etc/passwd', '/etc/group', '/etc/sudoers', sudoersFolder],
}

function readSudoers(raws: Raws): Readonly<{ rules: readonly SudoRule[]; missing: readonly Sentence[] }> {
  const parts = ['sudoers', ...Object.keys(raws).filter((name) => name.startsWith('sudoers:'))]
  const rules = parts.flatMap((name) => parseSudoers(textOf(raws, name) ?? ''))
  // No sudo installed: no file, and nobody gains anything by it.
  const unread = parts.filter((name) => textOf(raws, name) === null && !isMissing(raws, name))
  const folder = entriesOf(raws, 'sudoersFolder') === null && !isMissing(raws, 'sudoersFolder') ? ['sudoersFolder'] : []
  return { rules, missing: [...unread, ...folder].map((name) => explainFailure(raws, name)) }
}

function whoIs({ who }: SudoRule, groups: readonly GroupEntry[], people: readonly PasswdEntry[]): readonly string[] {
  if (who.startsWith('%')) return membersOf(who.slice(1), groups, people)
  if (who.startsWith('#')) return people.filter(({ uid }) => `#${uid}` === who).map(({ name }) => name)
  return [who]
}

/** Those named in the group, and those whose own group it is; service accounts without a shell are no people. */
function membersOf(name: string, groups: readonly GroupEntry[], people: readonly PasswdEntry[]): readonly string[] {
  const group = groups.find((one) => one.name === name)
  if (group === undefined) return []
  const own = people.filter((entry) => entry.gid === group.gid && hasLoginShell(entry)).map((entry) => entry.name)
  return [...new Set([...group.members, ...own])]
}

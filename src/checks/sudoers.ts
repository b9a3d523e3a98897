/** sudoers(5), as far as who may do everything, and without a password. */
export type SudoRule = Readonly<{
  /** A user, `%group`, `#uid`, or an alias's members put in its place. */
  who: string
  /** `ALL` among the commands. */
  isAll: boolean
  noPassword: boolean
}>

export function parseSudoers(text: string): readonly SudoRule[] {
  const lines = logicalLines(text)
  const aliases = new Map(lines.flatMap(parseAlias))
  return lines.flatMap((line) => parseRule(line, aliases))
}

/** Folders and files that it takes in, by their paths: `@includedir`, and `#includedir` of before 1.9.1. */
export function sudoersIncludes(text: string): Readonly<{ folders: readonly string[]; files: readonly string[] }> {
  const found = [...text.matchAll(/^[@#]include(dir)?\s+"?(\/[^\s"]+)"?/gm)]
  return {
    folders: found.flatMap(([, dir, path]) => (dir === undefined || path === undefined ? [] : [path])),
    files: found.flatMap(([, dir, path]) => (dir === undefined && path !== undefined ? [path] : [])),
  }
}

function logicalLines(text: string): readonly string[] {
  return text
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#(?!\d).*$/, '').trim())
    .filter((line) => line !== '' && !line.startsWith('@'))
}

function parseAlias(line: string): readonly (readonly [string, readonly string[]])[] {
  const match = /^User_Alias\s+([A-Z][A-Z0-9_]*)\s*=\s*(.+)$/.exec(line)
  return match === null ? [] : [[match[1] ?? '', listOf(match[2] ?? '')]]
}

function parseRule(line: string, aliases: ReadonlyMap<string, readonly string[]>): readonly SudoRule[] {
  if (/^(Defaults|User_Alias|Runas_Alias|Host_Alias|Cmnd_Alias|Cmd_Alias)/.test(line)) return []
  const match = /^(\S+(?:\s*,\s*\S+)*)\s+[^=]+=\s*(.+)$/.exec(line)
  if (match === null) return []
  const commands = (match[2] ?? '').replaceAll(/\([^)]*\)/g, ' ')
  const isAll = /(^|[\s,:])ALL\s*(,|$)/.test(commands)
  const noPassword = /\bNOPASSWD\s*:/.test(commands)
  return listOf(match[1] ?? '')
    .flatMap((name) => aliases.get(name) ?? [name])
    .map((who) => ({ who, isAll, noPassword }))
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

import { entriesOf, isMissing, rawOf, textOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import type { OutsideProgram } from './software.ts'

/** How deep programs are looked for: an unpacked archive in a download folder is found, a whole project tree costs too much. */
const depth = 4

/**
 * What can be read at once: plain folders, and what tells which the others are. `~` stands for every home (the list of
 * users), `C:\Users\*\Downloads` for every folder below the one above the `*`.
 */
export function watchedFolderReadings(folders: readonly string[], separator: '/' | '\\'): Readings {
  const plain = folders.filter((folder) => isOf(folder, separator) && !isPattern(folder))
  const parents = folders.filter((folder) => isOf(folder, separator) && folder.includes('*')).map(parentOf)
  return {
    ...Object.fromEntries(plain.map((folder) => [`folder ${folder}`, programsIn(folder)])),
    ...(separator === '/' && folders.some(isHome) ? { passwd: { kind: 'file', path: '/etc/passwd' } } : {}),
    ...Object.fromEntries(parents.map((parent) => [`above ${parent}`, { kind: 'directory', path: parent, depth: 1 }])),
  }
}

export function scopedFolderReadings(raws: Raws, folders: readonly string[], separator: '/' | '\\'): Readings {
  const paths = folders.filter((folder) => isOf(folder, separator)).flatMap((folder) => expand(folder, raws, separator))
  return Object.fromEntries([...new Set(paths)].map((path) => [`folder ${path}`, programsIn(path)]))
}

/** `unread`: folders that are there and could not be read to their end. */
export function programsInFolders(
  raws: Raws,
  separator: '/' | '\\',
): Readonly<{ programs: readonly OutsideProgram[]; unread: readonly string[] }> {
  const names = Object.keys(raws).filter((name) => name.startsWith('folder '))
  const programs = names.flatMap((name) =>
    (entriesOf(raws, name) ?? [])
      .filter(({ type }) => type === 'file')
      .map(({ path, sha256 }) => ({
        path: join(name.slice('folder '.length), path, separator),
        sha256: sha256 ?? null,
      })),
  )
  const unread = names.filter((name) => {
    const directory = rawOf(raws, name, 'directory')
    return directory === null ? !isMissing(raws, name) : directory.isTruncated
  })
  const scopes = Object.keys(raws).filter((name) => name === 'passwd' || name.startsWith('above '))
  const unscoped = scopes.filter((name) => raws[name]?.kind === 'failed' && !isMissing(raws, name))
  const single = new Map(programs.map((one) => [one.path, one] as const))
  return {
    programs: [...single.values()],
    unread: [...unread.map((name) => name.slice('folder '.length)), ...unscoped],
  }
}

/** What the check's `watch` may name before anything is read: homes lie in /home and /root. */
export function watchable(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) => {
    if (!isOf(folder, '/')) return []
    if (isHome(folder)) return ['/home', '/root']
    return [folder.includes('*') ? parentOf(folder) : folder]
  })
}

function programsIn(path: string) {
  return { kind: 'directory' as const, path, depth, digest: true, only: 'executables' as const }
}

function isOf(folder: string, separator: '/' | '\\'): boolean {
  return /^[A-Za-z]:\\/.test(folder) === (separator === '\\')
}

function isHome(folder: string): boolean {
  return folder === '~' || folder.startsWith('~/')
}

function isPattern(folder: string): boolean {
  return isHome(folder) || folder.includes('*')
}

/** What comes before the first `*`. */
function parentOf(folder: string): string {
  return folder.slice(0, folder.indexOf('*')).replace(/[\\/]+$/, '') || '/'
}

function expand(folder: string, raws: Raws, separator: '/' | '\\'): readonly string[] {
  if (isHome(folder)) return homesOf(textOf(raws, 'passwd') ?? '').map((home) => `${home}${folder.slice(1)}`)
  if (!folder.includes('*')) return []
  const parent = parentOf(folder)
  const rest = folder.slice(folder.indexOf('*') + 1)
  const below = (entriesOf(raws, `above ${parent}`) ?? []).filter(({ type }) => type === 'directory')
  return below.map(({ path }) => `${join(parent, path, separator)}${rest}`)
}

const firstPerson = 1000
const nobody = 65_534

/** Homes of root and of people; a service's `/` or `/nonexistent` is nobody's home. */
function homesOf(passwd: string): readonly string[] {
  const homes = passwd.split('\n').flatMap((line) => {
    const [, , uid = '', , , home = ''] = line.split(':')
    const isPerson = uid === '0' || (Number(uid) >= firstPerson && Number(uid) !== nobody)
    return isPerson && /^\/[^/]/.test(home) ? [home.replace(/\/+$/, '')] : []
  })
  return [...new Set(homes)]
}

function join(folder: string, path: string, separator: '/' | '\\'): string {
  const inside = separator === '\\' ? path.replaceAll('/', '\\') : path
  return `${folder.replace(/[\\/]+$/, '')}${separator}${inside}`
}

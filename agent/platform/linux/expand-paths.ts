import { realpathSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { WatchedPlace } from '../watch-paths.ts'
import type { LinuxRoots } from './roots.ts'
import { listEntries, readSmallFile } from './sysfs.ts'

const maxPasswdBytes = 1_048_576
const maxPlaces = 500
/** useradd(8), login.defs: people's numbers begin here; the last is `nobody`. */
const firstPerson = 1000
const nobody = 65_534

/** `~` as every person's home, `*` and `?` as what is there now; what is not there yet stays as it is. */
export function expandPaths(roots: LinuxRoots, patterns: readonly string[]): readonly WatchedPlace[] {
  const homes = patterns.some(isOfHomes) ? readHomes(roots) : []
  return patterns
    .flatMap((pattern) => {
      const onlyPrograms = isOfHomes(pattern)
      const paths = onlyPrograms ? homes.map((home) => join(home, pattern.slice(1))) : [pattern]
      return paths.filter(isAbsolute).flatMap((path) =>
        expandWildcards(path)
          .flatMap(withTarget)
          .map((one) => ({ path: one, pattern, onlyPrograms })),
      )
    })
    .slice(0, maxPlaces)
}

/** The homes that accounts name, and the folders in /home of people who are in another directory of accounts. */
export function readHomes(roots: LinuxRoots): readonly string[] {
  const lines = (readSmallFile(join(roots.etc, 'passwd'), maxPasswdBytes) ?? '').split('\n')
  const named = lines.flatMap((line) => {
    const [, , uid = '', , , home = ''] = line.split(':')
    const number = Number(uid)
    const isPerson = uid !== '' && number >= firstPerson && number !== nobody
    return isPerson && isAbsolute(home) && home !== '/' ? [home.replace(/(.)\/+$/, '$1')] : []
  })
  return [...new Set([...named, ...listEntries('/home').map((name) => join('/home', name))])]
}

function isOfHomes(pattern: string): boolean {
  return pattern === '~' || pattern.startsWith('~/')
}

function expandWildcards(path: string): readonly string[] {
  const parts = path.split('/')
  const at = parts.findIndex((part) => /[*?]/.test(part))
  if (at < 0) return [path.length > 1 ? path.replace(/\/+$/, '') : path]
  const folder = parts.slice(0, at).join('/') || '/'
  const fits = toRegExp(parts[at] ?? '')
  return listEntries(folder)
    .filter((name) => fits.test(name))
    .flatMap((name) => expandWildcards(join(folder, name, ...parts.slice(at + 1))))
    .slice(0, maxPlaces)
}

function toRegExp(part: string): RegExp {
  const escaped = part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`)
}

/** A link is watched for where it points, and so is what it points to. */
function withTarget(path: string): readonly string[] {
  try {
    return [...new Set([path, realpathSync(path)])]
  } catch {
    return [path] // not there yet
  }
}

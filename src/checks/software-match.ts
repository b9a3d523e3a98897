import type { SoftwareMatch } from '../policy/sections/posture.ts'
import { matchesName } from './name-pattern.ts'
import type { OutsideProgram, Program } from './software.ts'
import { isVersionWithin } from './version.ts'

/** Whether an entry of the policy means this package: all that is given must fit; what lies at a path is none. */
export function fitsProgram(match: SoftwareMatch, { name, version, publisher }: Program): boolean {
  if (match.path !== undefined || match.sha256 !== undefined) return false
  if (match.name !== undefined && !matchesName(match.name, name)) return false
  if (match.publisher !== undefined && !matchesName(match.publisher, publisher)) return false
  return isVersionWithin(version, match.from, match.to)
}

/** Whether it means this executable. It has no name, publisher or version of its own that could be trusted. */
export function fitsOutside(match: SoftwareMatch, { path, sha256 }: OutsideProgram): boolean {
  const hasOther = [match.name, match.publisher, match.from, match.to].some((one) => one !== undefined)
  if (hasOther || (match.path === undefined && match.sha256 === undefined)) return false
  if (match.sha256 !== undefined && match.sha256 !== sha256) return false
  return match.path === undefined || matchesPath(match.path, path)
}

/** Paths of Windows are told with `\` and without regard to case; on Linux every letter counts. */
function matchesPath(pattern: string, path: string): boolean {
  if (!path.startsWith('/')) return matchesName(pattern, path)
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(path)
}

import { type AllowlistFacts, boundOutside } from './allowlist-facts.ts'
import type { SystemPart } from './check.ts'
import { linuxProgramReadings, parseLinuxPrograms } from './linux-programs.ts'
import { rawOf } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'
import { programsInFolders, scopedFolderReadings, watchable, watchedFolderReadings } from './watched-folders.ts'

/** Asked of the package manager at once; beyond it a terminal has more programs than anybody can look through. */
const maxAsked = 2000

export const linuxAllowlist: SystemPart<AllowlistFacts> = {
  readings: ({ policy }) => ({
    ...linuxProgramReadings,
    ...watchedFolderReadings(policy.software.watchedFolders, '/'),
  }),
  more: (raws, { policy }) => ({
    ...scopedFolderReadings(raws, policy.software.watchedFolders, '/'),
    ...ownerReadings(raws),
  }),
  parse,
  watch: ({ policy }) => ['/var/lib/dpkg/status', '/var/lib/rpm', ...watchable(policy.software.watchedFolders)],
}

function parse(raws: Raws): Parsed<AllowlistFacts> {
  const programs = parseLinuxPrograms(raws)
  if (!programs.ok) return programs
  const { programs: found, unread } = programsInFolders(raws, '/')
  const owned = ownedPaths(raws)
  const outside = found.filter(({ path }) => !owned.has(path))
  return {
    ok: true,
    facts: {
      programs: [...programs.facts],
      ...boundOutside(outside, unread),
    },
  }
}

/** Packages put files below /opt and /usr/local too; into a home never. */
function ownerReadings(raws: Raws): Readings {
  const paths = programsInFolders(raws, '/')
    .programs.map(({ path }) => path)
    .slice(0, maxAsked)
  if (paths.length === 0) return {}
  return {
    'dpkg owners': { kind: 'command', program: 'dpkg-query', args: ['-S', '--', ...paths.map(escapeGlob)] },
    'rpm owners': { kind: 'command', program: 'rpm', args: ['-qf', '--qf', '%{NAME}\\n', '--', ...paths] },
  }
}

/** dpkg-query(1) takes each of these for a pattern where it holds `*`, `[` or `?`. */
function escapeGlob(path: string): string {
  return path.replaceAll(/[\\*?[\]]/g, '\\$&')
}

/** Both end with 1 where some paths are nobody's. What could not be asked is nobody's. */
function ownedPaths(raws: Raws): ReadonlySet<string> {
  const dpkg = rawOf(raws, 'dpkg owners', 'command')?.stdout ?? ''
  const rpm = rawOf(raws, 'rpm owners', 'command')?.stdout.split('\n') ?? []
  const asked = programsInFolders(raws, '/')
    .programs.map(({ path }) => path)
    .slice(0, maxAsked)
  const byDpkg = dpkg.split('\n').flatMap((line) => /^[^/]+: (\/.+)$/.exec(line)?.[1] ?? [])
  // One line per path, in order; that of an unowned one is a sentence with the path in it.
  const byRpm = asked.filter((path, at) => rpm[at] !== undefined && rpm[at] !== '' && !rpm[at].includes(path))
  return new Set([...byDpkg, ...byRpm])
}

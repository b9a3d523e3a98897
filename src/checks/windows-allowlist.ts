import type { AllowlistFacts } from './allowlist-facts.ts'
import type { SystemPart } from './check.ts'
import type { Parsed, Raws } from './reading.ts'
import { maxOutside } from './software.ts'
import { plainFolderReadings, programsInFolders, scopedFolderReadings, scopeReadings } from './watched-folders.ts'
import {
  countUnseenPeople,
  parseWindowsPrograms,
  uninstallKeys,
  userProgramReadings,
  windowsProgramReadings,
} from './windows-programs.ts'

export const windowsAllowlist: SystemPart<AllowlistFacts> = {
  readings: ({ policy }) => ({
    ...windowsProgramReadings,
    ...plainFolderReadings(policy.software.watchedFolders, '\\'),
    ...scopeReadings(policy.software.watchedFolders, '\\'),
  }),
  more: (raws, { policy }) => ({
    ...userProgramReadings(raws),
    ...scopedFolderReadings(raws, policy.software.watchedFolders, '\\'),
  }),
  parse,
  watch: ({ policy }) => [
    ...uninstallKeys,
    ...policy.software.watchedFolders.filter((folder) => /^[A-Za-z]:\\/.test(folder)),
  ],
}

function parse(raws: Raws): Parsed<AllowlistFacts> {
  const programs = parseWindowsPrograms(raws)
  if (!programs.ok) return programs
  const { programs: outside, unread } = programsInFolders(raws, '\\')
  return {
    ok: true,
    facts: {
      programs: [...programs.facts],
      outside: outside.slice(0, maxOutside),
      outsideCount: outside.length,
      unread: unread.slice(0, 200),
      unseenPeople: countUnseenPeople(raws),
    },
  }
}

import { type AllowlistFacts, boundOutside } from './allowlist-facts.ts'
import type { SystemPart } from './check.ts'
import type { Parsed, Raws } from './reading.ts'
import { programsInFolders, scopedFolderReadings, watchedFolderReadings } from './watched-folders.ts'
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
    ...watchedFolderReadings(policy.software.watchedFolders, '\\'),
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
      ...boundOutside(outside, unread),
      unseenPeople: countUnseenPeople(raws),
    },
  }
}

import { explainFailure, isMissing, keysOf, known, unreadable } from './raw.ts'
import type { Parsed, Raws, Readings, RegistryKey } from './reading.ts'
import { numberIn, textIn } from './row.ts'
import { createProgram, maxPrograms, type Program } from './software.ts'
import { loadedPeople, peopleReading, profilesReading } from './windows-people.ts'

/** Below a person's part of the registry 32-bit programs have a key of their own, no other view. */
const uninstall32 = 'SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Uninstall'
const uninstall = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall'

/** Where the machine's own programs come and go. */
export const uninstallKeys: readonly string[] = [`HKLM\\${uninstall}`, `HKLM\\${uninstall32}`]

/** The Uninstall keys of the machine; never Win32_Product, which repairs packages while it lists them. */
export const windowsProgramReadings: Readings = {
  'uninstall 64': { kind: 'registry', key: `HKLM\\${uninstall}`, depth: 1, view: 64 },
  'uninstall 32': { kind: 'registry', key: `HKLM\\${uninstall}`, depth: 1, view: 32 },
  users: peopleReading,
  profiles: profilesReading,
}

/** Programs that people installed for themselves, of everybody who is signed in: local and Entra accounts. */
export function userProgramReadings(raws: Raws): Readings {
  return Object.fromEntries(
    (loadedPeople(raws, 'users') ?? []).flatMap((sid) => [
      [`uninstall ${sid}`, { kind: 'registry', key: `HKU\\${sid}\\${uninstall}`, depth: 1 }] as const,
      [`uninstall 32 ${sid}`, { kind: 'registry', key: `HKU\\${sid}\\${uninstall32}`, depth: 1 }] as const,
    ]),
  )
}

export function parseWindowsPrograms(raws: Raws): Parsed<readonly Program[]> {
  const machine = keysOf(raws, 'uninstall 64')
  if (machine === null) return unreadable(explainFailure(raws, 'uninstall 64'))
  const names = Object.keys(raws).filter((name) => name.startsWith('uninstall '))
  const lost = ['users', ...names].find((name) => raws[name]?.kind === 'failed' && !isMissing(raws, name))
  if (lost !== undefined) return unreadable(explainFailure(raws, lost))
  const programs = names.flatMap((name) => (keysOf(raws, name) ?? []).flatMap(programOf))
  const single = new Map(programs.map((one) => [`${one.name}\t${one.version}\t${one.publisher}`, one] as const))
  return known([...single.values()].slice(0, maxPrograms))
}

/**
 * How many people have signed in here but not now. Their part of the registry is not loaded: loading it for them can cost
 * them their profile when they sign in at that moment, so it is read when they have.
 */
export function countUnseenPeople(raws: Raws): number {
  const loaded = new Set(loadedPeople(raws, 'users') ?? [])
  return (loadedPeople(raws, 'profiles') ?? []).filter((sid) => !loaded.has(sid)).length
}

/** Parts of others and updates are listed too: `SystemComponent`, `ParentKeyName`, `ReleaseType`. */
function programOf({ values }: RegistryKey): readonly Program[] {
  const name = textIn(values, 'DisplayName')
  const isPart = textIn(values, 'ParentKeyName') !== null || textIn(values, 'ReleaseType') !== null
  if (name === null || isPart || numberIn(values, 'SystemComponent') === 1) return []
  return [createProgram(name, textIn(values, 'DisplayVersion') ?? '', textIn(values, 'Publisher') ?? '')]
}

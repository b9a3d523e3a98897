import { explainFailure, keysOf, known, unreadable } from './raw.ts'
import type { Parsed, Raws, Readings, RegistryKey } from './reading.ts'
import { numberIn, textIn } from './row.ts'
import { createProgram, maxPrograms, type Program } from './software.ts'

const uninstall = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall'

/** The Uninstall keys of the machine; never Win32_Product, which repairs packages while it lists them. */
export const windowsProgramReadings: Readings = {
  'uninstall 64': { kind: 'registry', key: `HKLM\\${uninstall}`, depth: 1, view: 64 },
  'uninstall 32': { kind: 'registry', key: `HKLM\\${uninstall}`, depth: 1, view: 32 },
  users: { kind: 'registry', key: 'HKU', depth: 1 },
}

/** Programs that people installed for themselves, of everybody who is signed in: local and Entra accounts. */
export function userProgramReadings(raws: Raws): Readings {
  const names = (keysOf(raws, 'users') ?? []).map(({ path }) => path.split('\\').at(-1) ?? '')
  const people = names.filter((name) => /^S-1-(5-21|12-1)-[\d-]+$/.test(name))
  return Object.fromEntries(
    people.map((sid) => [`uninstall ${sid}`, { kind: 'registry', key: `HKU\\${sid}\\${uninstall}`, depth: 1 }]),
  )
}

export function parseWindowsPrograms(raws: Raws): Parsed<readonly Program[]> {
  const machine = keysOf(raws, 'uninstall 64')
  if (machine === null) return unreadable(explainFailure(raws, 'uninstall 64'))
  const names = Object.keys(raws).filter((name) => name.startsWith('uninstall '))
  const programs = names.flatMap((name) => (keysOf(raws, name) ?? []).flatMap(programOf))
  const single = new Map(programs.map((one) => [`${one.name}\t${one.version}\t${one.publisher}`, one] as const))
  return known([...single.values()].slice(0, maxPrograms))
}

/** Parts of others and updates are listed too: `SystemComponent`, `ParentKeyName`, `ReleaseType`. */
function programOf({ values }: RegistryKey): readonly Program[] {
  const name = textIn(values, 'DisplayName')
  const isPart = textIn(values, 'ParentKeyName') !== null || textIn(values, 'ReleaseType') !== null
  if (name === null || isPart || numberIn(values, 'SystemComponent') === 1) return []
  return [createProgram(name, textIn(values, 'DisplayVersion') ?? '', textIn(values, 'Publisher') ?? '')]
}

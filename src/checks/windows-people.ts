import { keysOf } from './raw.ts'
import type { Raws, Reading } from './reading.ts'

/** Whose part of the registry is loaded: of those who are signed in, with the system's own accounts between them. */
export const peopleReading = { kind: 'registry', key: 'HKU', depth: 1 } as const satisfies Reading
/** Everybody who ever signed in here, and where their files lie. */
export const profilesReading = {
  kind: 'registry',
  key: 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList',
  depth: 1,
} as const satisfies Reading

const maxPeople = 50

/** Accounts of people: local and domain ones (S-1-5-21), those of Entra ID (S-1-12-1). Null where nobody told. */
export function loadedPeople(raws: Raws, name: string): readonly string[] | null {
  const keys = keysOf(raws, name)
  if (keys === null) return null
  return keys.flatMap(({ path }) => /(?:^|\\)(S-1-(?:5-21|12-1)-[0-9-]+)$/i.exec(path)?.[1] ?? []).slice(0, maxPeople)
}

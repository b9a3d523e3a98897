import { type Keyfile, mergeKeyfiles, parseKeyfile } from './keyfile.ts'
import { entriesOf, isMissing, textOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'

const folder = '/etc/dconf/db'
const profile = '/etc/dconf/profile/user'

/** dconf(7): the system's values as an administrator writes them, before `dconf update` compiles them. */
export const dconfReadings = {
  dconf: { kind: 'directory', path: folder, depth: 3 },
  dconfProfile: { kind: 'file', path: profile },
} as const satisfies Readings

export const dconfPlaces: readonly string[] = [folder, profile]

/** `locks`: keys that users cannot change, `/org/gnome/…`. `isCompiled` false: `dconf update` was not run since. */
export type Dconf = Readonly<{ values: Keyfile; locks: readonly string[]; isCompiled: boolean }>

export function moreDconf(raws: Raws): Readings {
  const files = (entriesOf(raws, 'dconf') ?? []).filter(({ path, type }) => type === 'file' && /^[^/]+\.d\//.test(path))
  return Object.fromEntries(
    files.slice(0, 100).map(({ path }) => [`dconf:${path}`, { kind: 'file', path: `${folder}/${path}` }] as const),
  )
}

/** Only databases that the profile names count. Null: not readable; no folder at all is an empty one. */
export function dconfOf(raws: Raws): Dconf | null {
  const entries = entriesOf(raws, 'dconf')
  if (entries === null) return isMissing(raws, 'dconf') ? { values: {}, locks: [], isCompiled: true } : null
  const named = databasesOf(textOf(raws, 'dconfProfile'))
  const files = entries.filter(
    ({ path }) => named.some((name) => path.startsWith(`${name}.d/`)) && !path.endsWith('.d'),
  )
  const texts = files.flatMap((entry) => {
    const text = textOf(raws, `dconf:${entry.path}`)
    return text === null ? [] : [{ ...entry, text }]
  })
  const newest =
    texts
      .map(({ modifiedAt }) => modifiedAt)
      .sort()
      .at(-1) ?? ''
  const compiled = entries.filter(({ path }) => named.includes(path)).map(({ modifiedAt }) => modifiedAt)
  return {
    values: mergeKeyfiles(texts.filter(({ path }) => !isLock(path)).map(({ text }) => parseKeyfile(text))),
    locks: texts.filter(({ path }) => isLock(path)).flatMap(({ text }) => locksIn(text)),
    isCompiled: texts.length === 0 || compiled.some((at) => at >= newest),
  }
}

export function isLocked({ locks }: Dconf, key: string): boolean {
  return locks.some((lock) => key === lock || (lock.endsWith('/') && key.startsWith(lock)))
}

/** GVariant text: `uint32 300`, `300`, `true`. */
export function dconfNumber(value: string | undefined): number | null {
  const found = /^(?:u?int(?:16|32|64)\s+)?(\d+)$/.exec(value ?? '')?.[1]
  return found === undefined ? null : Number(found)
}

/** `system-db:local` */
function databasesOf(text: string | null): readonly string[] {
  return [...(text ?? '').matchAll(/^\s*system-db:(\S+)/gm)].flatMap(([, name]) => name ?? [])
}

function isLock(path: string): boolean {
  return path.includes('/locks/')
}

function locksIn(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.startsWith('/'))
}

import { canonicalJson } from '../protocol/events.ts'

/** `undefined` on a side where the key is absent. */
export type Difference = Readonly<{ key: string; before: unknown; after: unknown }>

/** What changes from one document to the next, leaf by leaf; entries of lists are paired by their `id` where they have one. */
export function differences(before: unknown, after: unknown, key = ''): Difference[] {
  const left = childrenOf(before)
  const right = childrenOf(after)
  if (left === null || right === null) return isSame(before, after) ? [] : [{ key, before, after }]
  const names = [...new Set([...left.keys(), ...right.keys()])]
  return names.flatMap((name) => differences(left.get(name), right.get(name), joinKey(key, name)))
}

function childrenOf(value: unknown): ReadonlyMap<string, unknown> | null {
  if (Array.isArray(value)) {
    const entries: readonly unknown[] = value
    return entries.some((entry) => idOf(entry) !== undefined)
      ? new Map(entries.map((entry, index) => [`[${idOf(entry) ?? index}]`, entry]))
      : null
  }
  return value !== null && typeof value === 'object' ? new Map(Object.entries(value)) : null
}

function idOf(entry: unknown): string | undefined {
  if (entry === null || typeof entry !== 'object' || !('id' in entry)) return undefined
  return String(entry.id)
}

function joinKey(key: string, name: string): string {
  if (key === '' || name.startsWith('[')) return `${key}${name}`
  return `${key}.${name}`
}

function isSame(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b) && (a === undefined) === (b === undefined)
}

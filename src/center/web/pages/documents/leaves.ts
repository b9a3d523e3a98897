/** A leaf of a document: where it is, part by part, and what stands there. */
export type Leaf = Readonly<{ parts: readonly string[]; value: LeafValue }>
/** A list of plain values is one leaf. */
export type LeafValue = string | number | boolean | null | readonly string[]

/** Every leaf with its place; list items that have an `id` are named by it, not by their number. */
export function leavesOf(value: unknown, parts: readonly string[] = []): readonly Leaf[] {
  if (Array.isArray(value) && value.every(isPlain)) return [{ parts, value: value.map(String) }]
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => leavesOf(item, [...parts, nameOf(item) ?? String(index + 1)]))
  }
  if (isRecord(value)) {
    const entries = Object.entries(value)
    if (entries.length === 0) return [{ parts, value: [] }]
    return entries.flatMap(([key, inner]) => leavesOf(inner, [...parts, key]))
  }
  return [{ parts, value: isPlain(value) ? value : null }]
}

/** The parts of a key of `differences`: `media.registered[M-12].access` has four. */
export function partsOf(key: string): readonly string[] {
  return [...key.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map(([whole, inBrackets]) => inBrackets ?? whole)
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function nameOf(item: unknown): string | null {
  return isRecord(item) && typeof item.id === 'string' ? item.id : null
}

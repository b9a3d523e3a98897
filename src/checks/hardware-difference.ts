import type { HardwarePart } from './hardware-part.ts'

export type HardwareChange =
  | Readonly<{ change: 'added'; after: HardwarePart }>
  | Readonly<{ change: 'removed'; before: HardwarePart }>
  | Readonly<{ change: 'swapped'; before: HardwarePart; after: HardwarePart }>

/** What came, went and was exchanged; parts of one kind. A part that only moved to another slot is no change. */
export function findChanges(
  before: readonly HardwarePart[],
  after: readonly HardwarePart[],
): readonly HardwareChange[] {
  let left: Left = { before, after }
  for (const isSame of [isSameUnit, isSamePlace, isSameModel]) left = withoutPairs(left, isSame)
  const exchanged = pairsOf(left, isSameSlot)
  const rest = without(left, exchanged)
  const [gone, ...moreGone] = rest.before
  const [come, ...moreCome] = rest.after
  const isOneForOne = gone !== undefined && come !== undefined && moreGone.length + moreCome.length === 0
  const swapped = isOneForOne ? [...exchanged, { before: gone, after: come }] : exchanged
  return [
    ...swapped.map((pair) => ({ change: 'swapped', ...pair }) as const),
    ...(isOneForOne ? [] : rest.before.map((part) => ({ change: 'removed', before: part }) as const)),
    ...(isOneForOne ? [] : rest.after.map((part) => ({ change: 'added', after: part }) as const)),
  ]
}

type Left = Readonly<{ before: readonly HardwarePart[]; after: readonly HardwarePart[] }>
type Pair = Readonly<{ before: HardwarePart; after: HardwarePart }>
type Comparison = (a: HardwarePart, b: HardwarePart) => boolean

function isSameUnit(a: HardwarePart, b: HardwarePart): boolean {
  return a.serial !== '' && a.serial === b.serial && a.model === b.model && a.bytes === b.bytes
}

/** A serial that is not always told (a card whose address is made up while it searches) is no exchange. */
function isSamePlace(a: HardwarePart, b: HardwarePart): boolean {
  return isSameSlot(a, b) && hasNoRivalSerial(a, b) && a.maker === b.maker && a.model === b.model && a.bytes === b.bytes
}

function isSameModel(a: HardwarePart, b: HardwarePart): boolean {
  return hasNoRivalSerial(a, b) && a.maker === b.maker && a.model === b.model && a.bytes === b.bytes
}

function hasNoRivalSerial(a: HardwarePart, b: HardwarePart): boolean {
  return a.serial === '' || b.serial === '' || a.serial === b.serial
}

function isSameSlot(a: HardwarePart, b: HardwarePart): boolean {
  return a.slot !== '' && a.slot === b.slot
}

function withoutPairs(left: Left, isSame: Comparison): Left {
  return without(left, pairsOf(left, isSame))
}

/** Each part in one pair at most: two like modules are two. */
function pairsOf(left: Left, isSame: Comparison): readonly Pair[] {
  const taken = new Set<HardwarePart>()
  return left.before.flatMap((one) => {
    const other = left.after.find((part) => !taken.has(part) && isSame(one, part))
    if (other === undefined) return []
    taken.add(other)
    return [{ before: one, after: other }]
  })
}

function without(left: Left, pairs: readonly Pair[]): Left {
  const before = new Set(pairs.map((pair) => pair.before))
  const after = new Set(pairs.map((pair) => pair.after))
  return {
    before: left.before.filter((part) => !before.has(part)),
    after: left.after.filter((part) => !after.has(part)),
  }
}

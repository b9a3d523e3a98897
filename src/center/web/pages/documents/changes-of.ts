import { differences } from '../../../../policy/differences.ts'
import { type Leaf, type LeafValue, leavesOf, partsOf } from './leaves.ts'

export type Change = Readonly<{
  parts: readonly string[]
  /** undefined where the document does not set it. */
  before: LeafValue | undefined
  after: LeafValue | undefined
}>

/** Parts that differ in every version and say nothing of what is enforced. */
const housekeeping: ReadonlySet<string> = new Set(['version', 'schema'])

/** What a document changes, as lines to read: a part that came, went or became another thing is told leaf by leaf. */
export function changesOf(before: unknown, after: unknown): Change[] {
  return differences(before, after)
    .filter(({ key }) => !housekeeping.has(key))
    .flatMap(({ key, before: was, after: is }) => pairUp(leavesAt(key, was), leavesAt(key, is)))
}

function leavesAt(key: string, value: unknown): readonly Leaf[] {
  return value === undefined ? [] : leavesOf(value, partsOf(key))
}

function pairUp(was: readonly Leaf[], is: readonly Leaf[]): readonly Change[] {
  const placeOf = ({ parts }: Leaf) => parts.join('\n')
  const old = new Map(was.map((leaf) => [placeOf(leaf), leaf.value]))
  const places = new Set(is.map(placeOf))
  return [
    ...is.map((leaf) => ({ parts: leaf.parts, before: old.get(placeOf(leaf)), after: leaf.value })),
    ...was
      .filter((leaf) => !places.has(placeOf(leaf)))
      .map(({ parts, value }) => ({ parts, before: value, after: undefined })),
  ]
}

import type { LifecycleProduct } from '../standards/lifecycle.ts'
import { isOfCycle } from './version.ts'

export type Cycle = LifecycleProduct['cycles'][number]

/** The cycle that the version is of: the longest prefix, so that `3.9` does not take `3.10`. */
export function findCycle({ cycles }: Pick<LifecycleProduct, 'cycles'>, version: string): Cycle | null {
  const found = cycles.filter(({ cycle }) => isOfCycle(version, cycle))
  return found.reduce<Cycle | null>(
    (best, one) => (best === null || one.cycle.length > best.cycle.length ? one : best),
    null,
  )
}

import { readLifecycle, readLifecycleByFile } from '../../src/catalogue.ts'
import type { Lifecycle } from '../../src/standards/lifecycle.ts'
import type { Turn } from './turn.ts'

/** Read when the first check needs it, and then kept: it comes with the package. */
export type LifecycleSource = Readonly<{
  /** One file at a time; at once where it was read already. */
  load(turn: Turn): Promise<void>
  now(): Lifecycle
}>

export function createLifecycle(policiesDir: string): LifecycleSource {
  let lifecycle: Lifecycle | null = null
  let loading: Promise<void> | null = null
  const load = async (turn: Turn) => {
    const files = readLifecycleByFile(policiesDir)
    while (lifecycle === null) {
      const step = files.next()
      if (step.done === true) lifecycle = step.value.found
      else await turn()
    }
  }
  return {
    load(turn) {
      loading ??= load(turn)
      return loading
    },
    now() {
      lifecycle ??= readLifecycle(policiesDir).found
      return lifecycle
    },
  }
}

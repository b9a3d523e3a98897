import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Turn } from './checks/turn.ts'

let collect: (() => void) | null = null

/**
 * Gives back what a round of checks has used: V8 keeps a heap as large as it once was until it has a reason to look, and
 * a terminal that idles gives it none for hours; what it frees, the C library keeps in its turn until `trim`. Each step
 * takes a few hundredths of a second.
 */
export async function releaseMemory(trim: () => void, turn: Turn): Promise<void> {
  collect ??= findCollector()
  // What the first frees, the second moves together and gives back in whole pages.
  for (const step of [collect, collect, trim]) {
    await turn()
    step()
  }
}

/** `gc` is only there under a flag that may be set at run time (Node.js documentation, `v8.setFlagsFromString`). */
function findCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const found: unknown = runInNewContext('gc')
  return typeof found === 'function' ? () => void found() : () => undefined
}

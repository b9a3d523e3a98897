import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

let collect: (() => void) | null = null

/**
 * Gives back what a round of checks has used: V8 keeps a heap as large as it once was until it has a reason to look, and
 * a terminal that idles gives it none for hours; what it frees, the C library keeps in its turn until `trim`. Takes a
 * few hundredths of a second.
 */
export function releaseMemory(trim: () => void): void {
  collect ??= findCollector()
  // What the first frees, the second moves together and gives back in whole pages.
  collect()
  collect()
  trim()
}

/** `gc` is only there under a flag that may be set at run time (Node.js documentation, `v8.setFlagsFromString`). */
function findCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const found: unknown = runInNewContext('gc')
  return typeof found === 'function' ? () => void found() : () => undefined
}

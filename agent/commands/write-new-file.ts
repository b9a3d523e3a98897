import { writeFileSync } from 'node:fs'
import { TanmoriError } from '../../src/errors.ts'

/**
 * Readable by its owner alone: what is written out names people and files.
 * @throws TanmoriError `usage` where the file is there already and `isForced` is not said, or cannot be written
 */
export function writeNewFile(path: string, text: string, isForced: boolean): void {
  try {
    writeFileSync(path, text, { flag: isForced ? 'w' : 'wx', mode: 0o600, flush: true })
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    const why = isThere ? 'came one that is there already (--force replaces it)' : `came ${String(cause)}`
    throw new TanmoriError('usage', `${path}: wanted a new file that can be written, ${why}`, { cause })
  }
}

import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { TanmoriError } from '../../src/errors.ts'
import { errnoOf } from '../platform/errno.ts'

/** Readable by its owner alone: what is written out names people and files. */
const mode = 0o600

/** @throws TanmoriError `usage` where the file is there already and `isForced` is not said, or cannot be written */
export function writeNewFile(path: string, text: string, isForced: boolean): void {
  try {
    writeFileSync(path, text, { flag: flagOf(isForced), mode, flush: true })
  } catch (cause) {
    throw refused(path, cause)
  }
}

/**
 * The same, line by line. A file that could not be finished is taken away: what is there is whole.
 * @throws TanmoriError as above where it cannot be opened; what the file system throws where it cannot be finished
 */
export function writeNewLines(path: string, lines: Iterable<string>, isForced: boolean): void {
  const fd = openNew(path, isForced)
  try {
    for (const line of lines) writeSync(fd, line)
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}

function openNew(path: string, isForced: boolean): number {
  try {
    return openSync(path, flagOf(isForced), mode)
  } catch (cause) {
    throw refused(path, cause)
  }
}

function flagOf(isForced: boolean): 'w' | 'wx' {
  return isForced ? 'w' : 'wx'
}

function refused(path: string, cause: unknown): TanmoriError {
  const isThere = errnoOf(cause) === 'EEXIST'
  const why = isThere ? 'came one that is there already (--force replaces it)' : `came ${String(cause)}`
  return new TanmoriError('usage', `${path}: wanted a new file that can be written, ${why}`, { cause })
}

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { errnoOf } from './platform/errno.ts'

/** Replaces a file so that a power cut leaves the old one or the new one, whole. Throws what the file system throws. */
export function writeFileAtomically(path: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const next = `${path}.new`
  const fd = openSync(next, 'w', mode)
  try {
    writeFileSync(fd, text)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameOver(next, path)
  syncFolder(dirname(path))
}

/**
 * As rename(2). Windows refuses it while anybody has the target open, a virus scanner or a command that reads it: it is
 * tried again for a fifth of a second.
 */
export function renameOver(from: string, to: string): void {
  for (const waitMs of renameWaitsMs) {
    try {
      renameSync(from, to)
      return
    } catch (error) {
      if (!heldOpen.has(errnoOf(error))) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs)
    }
  }
  renameSync(from, to)
}

const renameWaitsMs = [2, 5, 10, 20, 40, 60, 60]
const heldOpen: ReadonlySet<string> = new Set(['EPERM', 'EBUSY'])

/** A rename is on disk once its folder is. Windows has no such call and does not need it. */
export function syncFolder(path: string): void {
  try {
    const fd = openSync(path, 'r')
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  } catch {
    // EISDIR or EPERM where folders cannot be opened: the rename itself is all that can be asked for.
  }
}

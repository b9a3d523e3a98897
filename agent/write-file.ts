import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

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
  renameSync(next, path)
  syncFolder(dirname(path))
}

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

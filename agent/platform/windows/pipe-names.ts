import { createHash } from 'node:crypto'
import type { Door } from '../../control/doors.ts'

/**
 * `\\.\pipe\tanmori` and `\\.\pipe\tanmori-admin` for the terminal's own agent. Pipes lie in one space for the whole
 * machine: those of a trial (`--config`) carry a hash of its run folder, so that several agents can run.
 */
export function pipeName(runDir: string, door: Door): string {
  const folder = runDir.replaceAll('/', '\\').toLowerCase()
  const place = isStandardRunDir(runDir) ? '' : `-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`
  return `\\\\.\\pipe\\tanmori${place}${door === 'admin' ? '-admin' : ''}`
}

/** Of `%ProgramData%\Tanmori`, on whichever drive that is. */
export function isStandardRunDir(runDir: string): boolean {
  return /^[a-z]:\\programdata\\tanmori\\run\\?$/i.test(runDir.replaceAll('/', '\\'))
}

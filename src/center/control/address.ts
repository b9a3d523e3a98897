import { createHash } from 'node:crypto'
import { join, resolve, sep } from 'node:path'

export const isWindows = sep === '\\'

/** Where a center listens for its command line. Windows has no sockets among files: there a pipe's name stands for the folder. */
export function controlAddress(dir: string): string {
  if (!isWindows) return join(dir, 'control.sock')
  const folder = createHash('sha256').update(resolve(dir).toLowerCase()).digest('hex').slice(0, 16)
  return `\\\\.\\pipe\\tanmori-center-${folder}`
}

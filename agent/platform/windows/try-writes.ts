import { randomBytes } from 'node:crypto'
import { closeSync, openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from '../errno.ts'
import type { WriteTrial } from '../prober.ts'

/** ERROR_ACCESS_DENIED, ERROR_WRITE_PROTECT and their like, as libuv names them. */
const refusals: readonly string[] = ['EROFS', 'EPERM', 'EACCES']

/** Each by the name that the guard gives it: `E:\`, a folder, `\\?\Volume{…}\`, or a disk without a volume. */
export function tryWrites(names: readonly string[]): readonly WriteTrial[] {
  return names.flatMap((name) => {
    const device = deviceOf(name)
    const isMounted = /^[A-Z]:\\/i.test(name)
    return [...(isMounted ? [tryMount(name)] : []), ...(device === null ? [] : [tryDevice(device)])]
  })
}

/** A new, empty file in the root of the file system, taken away at once should it have come into being. */
function tryMount(point: string): WriteTrial {
  const path = join(point, `tanmori-trial-${randomBytes(6).toString('hex')}.tmp`)
  try {
    closeSync(openSync(path, 'wx'))
  } catch (error) {
    return judge('mount', point, error)
  }
  rmSync(path, { force: true })
  return { way: 'mount', target: point, state: 'got-through', detail: 'a file could be made; it was taken away again' }
}

/**
 * "Removable Storage Access" refuses a handle with the right to write. Where Windows gives one, it may still refuse each
 * write (a protected medium): that is not tried, since it would be a write.
 */
function tryDevice(path: string): WriteTrial {
  try {
    closeSync(openSync(path, 'r+'))
  } catch (error) {
    return judge('device', path, error)
  }
  const detail = 'it opened for writing; whether a write is refused was not tried'
  return { way: 'device', target: path, state: 'unknown', detail }
}

/** `\\.\E:` or `\\?\Volume{…}`: with a closing backslash it would be the root folder. */
export function deviceOf(name: string): string | null {
  const drive = /^([A-Z]:)\\?$/i.exec(name)?.[1]
  if (drive !== undefined) return `\\\\.\\${drive.toUpperCase()}`
  return /^\\\\\?\\Volume\{[0-9a-f-]+\}\\?$/i.test(name) ? name.replace(/\\$/, '') : null
}

function judge(way: WriteTrial['way'], target: string, error: unknown): WriteTrial {
  const code = errnoOf(error)
  return { way, target, state: refusals.includes(code) ? 'refused' : 'unknown', detail: code }
}

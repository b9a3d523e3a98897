import { closeSync, constants, openSync, readdirSync, readFileSync, readSync, realpathSync, writeSync } from 'node:fs'
import { TanmoriError } from '../../../src/errors.ts'
import { errnoOf } from '../errno.ts'

/** sysfs answers from memory and never more than a page per text attribute, so these read at once, without the pool. */
export const maxAttributeBytes = 4096
export const maxBinaryBytes = 65_536
export const maxEntries = 4096

/** The attribute without its line end, or null where there is none; what the device says is cleaned of control characters. */
export function readAttribute(path: string): string | null {
  const bytes = readBinary(path, maxAttributeBytes)
  if (bytes === null) return null
  return bytes
    .toString('utf8')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .trim()
}

export function readBinary(path: string, maxBytes: number = maxBinaryBytes): Buffer | null {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return null // gone between listing and reading: the uevent of its removal follows
  }
  try {
    const buffer = Buffer.alloc(maxBytes)
    const size = readSync(fd, buffer, 0, maxBytes, null)
    return buffer.subarray(0, size)
  } catch {
    return null // an attribute whose device went away answers ENODEV
  } finally {
    closeSync(fd)
  }
}

/** Names in the folder, sorted; none where it does not exist. */
export function listEntries(path: string): readonly string[] {
  try {
    return readdirSync(path).slice(0, maxEntries).sort()
  } catch {
    return []
  }
}

/** The path behind all links, or null where there is none (any more). */
export function resolveLink(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}

/** Writes an attribute in one call, as the kernel wants it. `platform.failed` names the path and the kernel's answer. */
export function writeAttribute(path: string, value: string): void {
  let fd: number | undefined
  try {
    // Not for reading too: `drivers_probe` is 0200, and without CAP_DAC_OVERRIDE that holds for root as well.
    fd = openSync(path, constants.O_WRONLY)
    writeSync(fd, value)
  } catch (cause) {
    const code = errnoOf(cause)
    throw new TanmoriError('platform.failed', `${path}: could not write "${value}" (${code})`, {
      cause,
      details: { path, value, errno: code },
    })
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

/** For small files off sysfs, such as /proc/self/mountinfo. Null where unreadable. */
export function readSmallFile(path: string, maxBytes: number): string | null {
  try {
    return readFileSync(path).subarray(0, maxBytes).toString('utf8')
  } catch {
    return null
  }
}

import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { TanmoriError } from '../../../src/errors.ts'
import { platformLimits } from '../platform.ts'

/** Null where it was never kept. */
export async function readKeptFile(folder: string, name: string): Promise<string | null> {
  try {
    const text = await readFile(join(folder, checkedName(name)), 'utf8')
    return text.slice(0, platformLimits.maxKeptBytes)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** A scanner that has just seen the file holds it for a moment, and Windows renames nothing that is held. */
const renameTries = 20
const renamePauseMs = 50

/**
 * Written beside, flushed, renamed, and flushed under its name: NTFS logs the rename, and a flush of the file writes its
 * log up to there ("FlushFileBuffers function"). Windows flushes no folders.
 */
export async function keepFile(folder: string, name: string, text: string): Promise<void> {
  if (Buffer.byteLength(text) > platformLimits.maxKeptBytes) {
    throw new TanmoriError('platform.failed', `${name}: wanted at most ${platformLimits.maxKeptBytes} bytes`)
  }
  const path = join(folder, checkedName(name))
  await mkdir(dirname(path), { recursive: true })
  await flush(`${path}.new`, 'w', text)
  await renameInTime(`${path}.new`, path)
  await flush(path, 'r+', null)
}

async function flush(path: string, flags: 'w' | 'r+', text: string | null): Promise<void> {
  const file = await open(path, flags)
  try {
    if (text !== null) await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function renameInTime(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await rename(from, to)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : ''
      const isHeld = code === 'EPERM' || code === 'EACCES' || code === 'EBUSY'
      if (!isHeld || tries >= renameTries) throw error
      await pause(renamePauseMs)
    }
  }
}

function checkedName(name: string): string {
  if (/^[a-z0-9][a-z0-9.-]{0,63}$/.test(name)) return name
  throw new TanmoriError('platform.failed', `not a name to keep something under: ${name}`)
}

import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { errnoOf } from '../errno.ts'
import { pathToKeep } from '../kept.ts'

/** A scanner that has just seen the file holds it for a moment, and Windows renames nothing that is held. */
const renameTries = 20
const renamePauseMs = 50
const heldCodes: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EBUSY'])

/**
 * Written beside, flushed, renamed, and flushed under its name: NTFS logs the rename, and a flush of the file writes its
 * log up to there ("FlushFileBuffers function"). Windows flushes no folders.
 */
export async function keepFile(folder: string, name: string, text: string): Promise<void> {
  const path = pathToKeep(folder, name, text)
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
      if (!heldCodes.has(errnoOf(error)) || tries >= renameTries) throw error
      await pause(renamePauseMs)
    }
  }
}

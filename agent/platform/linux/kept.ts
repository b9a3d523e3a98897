import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { TanmoriError } from '../../../src/errors.ts'
import { errnoOf } from '../errno.ts'
import { platformLimits } from '../platform.ts'

/** Null where it was never kept. */
export async function readKeptFile(folder: string, name: string): Promise<string | null> {
  try {
    const text = await readFile(join(folder, checkedName(name)), 'utf8')
    return text.slice(0, platformLimits.maxKeptBytes)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Written beside, synced, renamed, and the folder synced: whole or not at all, whatever happens to the power. */
export async function keepFile(folder: string, name: string, text: string, mode = 0o600): Promise<void> {
  if (Buffer.byteLength(text) > platformLimits.maxKeptBytes) {
    throw new TanmoriError('platform.failed', `${name}: wanted at most ${platformLimits.maxKeptBytes} bytes`)
  }
  const path = join(folder, checkedName(name))
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeSynced(`${path}.new`, text, mode)
  await rename(`${path}.new`, path)
  await syncFolder(dirname(path))
}

async function writeSynced(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'w', mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function checkedName(name: string): string {
  if (/^[a-z0-9][a-z0-9.-]{0,63}$/.test(name)) return name
  throw new TanmoriError('platform.failed', `not a name to keep something under: ${name}`)
}

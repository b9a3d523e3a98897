import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pathToKeep } from '../kept.ts'

/** Written beside, synced, renamed, and the folder synced: whole or not at all, whatever happens to the power. */
export async function keepFile(folder: string, name: string, text: string, mode = 0o600): Promise<void> {
  const path = pathToKeep(folder, name, text)
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

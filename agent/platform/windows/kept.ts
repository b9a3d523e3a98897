import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
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

/** Written beside, flushed and renamed: NTFS logs the rename, so that it is whole or not at all after a power cut. */
export async function keepFile(folder: string, name: string, text: string): Promise<void> {
  if (Buffer.byteLength(text) > platformLimits.maxKeptBytes) {
    throw new TanmoriError('platform.failed', `${name}: wanted at most ${platformLimits.maxKeptBytes} bytes`)
  }
  const path = join(folder, checkedName(name))
  await mkdir(dirname(path), { recursive: true })
  const file = await open(`${path}.new`, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}

function checkedName(name: string): string {
  if (/^[a-z0-9][a-z0-9.-]{0,63}$/.test(name)) return name
  throw new TanmoriError('platform.failed', `not a name to keep something under: ${name}`)
}

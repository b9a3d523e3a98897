import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TanmoriError } from '../../src/errors.ts'
import { errnoOf } from './errno.ts'
import { platformLimits } from './platform.ts'

/** Null where it was never kept. */
export async function readKeptFile(folder: string, name: string): Promise<string | null> {
  try {
    const text = await readFile(keptPath(folder, name), 'utf8')
    return text.slice(0, platformLimits.maxKeptBytes)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Where `text` goes; refuses what is too long, and a name that leads elsewhere. */
export function pathToKeep(folder: string, name: string, text: string): string {
  if (Buffer.byteLength(text) > platformLimits.maxKeptBytes) {
    throw new TanmoriError('platform.failed', `${name}: wanted at most ${platformLimits.maxKeptBytes} bytes`)
  }
  return keptPath(folder, name)
}

function keptPath(folder: string, name: string): string {
  if (/^[a-z0-9][a-z0-9.-]{0,63}$/.test(name)) return join(folder, name)
  throw new TanmoriError('platform.failed', `not a name to keep something under: ${name}`)
}

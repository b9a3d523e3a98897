import { copyFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { TanmoriError } from '../../errors.ts'
import { readCenterConfig } from '../config.ts'
import { askCenter, type Place } from './ask.ts'
import { type CommandIo, type ExitCode, runCommand } from './command-io.ts'
import { giveToCenter, withOwnFolder } from './own-folder.ts'

/** `import FILE`: the running center reads a copy of it in its own folder. */
export async function importBundle(place: Place, path: string, io: CommandIo): Promise<ExitCode> {
  return runCommand(io, async () => {
    const { dir } = readCenterConfig(place.dir)
    return withOwnFolder(dir, async (folder) => {
      const file = join(folder, basename(path))
      await copyReadable(resolve(path), file)
      await giveToCenter(dir, file)
      return askCenter(place, 'bundle.import', { file })
    })
  })
}

/** @throws TanmoriError `usage` */
async function copyReadable(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TanmoriError('usage', `${from}: wanted a file that can be read, came ${why}`, { cause })
  }
}

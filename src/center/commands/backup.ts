import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TanmoriError } from '../../errors.ts'
import { configFileName, readCenterConfig } from '../config.ts'
import { openStore, storeFileName } from '../setup.ts'
import { askCenter, type Place } from './ask.ts'
import { closeToOthers } from './closed-folder.ts'
import { type CommandIo, type ExitCode, runCommand } from './command-io.ts'
import { withOwnFolder } from './own-folder.ts'

/** `backup OUT`: store, settings and keys in a new folder, while the center runs. It opens every terminal: guard it. */
export async function backupCommand(args: Place & Readonly<{ out: string }>, io: CommandIo): Promise<ExitCode> {
  return runCommand(io, async () => {
    const out = resolve(args.out)
    if (existsSync(out)) throw new TanmoriError('usage', `${out}: wanted a new folder; nothing was changed`)
    const { dir } = readCenterConfig(args.dir)
    await mkdir(out, { mode: 0o700, recursive: true })
    const closing = await closeToOthers(out)
    await withOwnFolder(dir, async (folder) => {
      const file = join(folder, storeFileName)
      await askCenter(args, 'store.backup', { file })
      await copyPrivate(file, join(out, storeFileName))
    })
    await copySettings(dir, out)
    return {
      json: { out, ...closing.json },
      text: {
        ja: [`${out} に控えを作成しました。鍵を含みます。厳重に保管してください。`, ...closing.ja].join('\n'),
        en: [`backup written to ${out}; it holds keys, keep it safe`, ...closing.en].join('\n'),
      },
    }
  })
}

/** `restore FROM`: a backup as a center in a new folder. */
export async function restoreCommand(args: Readonly<{ from: string; dir: string }>, io: CommandIo): Promise<ExitCode> {
  return runCommand(io, async () => {
    const [from, dir] = [resolve(args.from), resolve(args.dir)]
    if (!existsSync(join(from, configFileName)) || !existsSync(join(from, storeFileName))) {
      throw new TanmoriError('usage', `${from}: wanted a folder made by \`tanmori-center backup\``)
    }
    if (existsSync(dir) && (await readdir(dir)).length > 0) {
      throw new TanmoriError('usage', `${dir}: wanted a new or an empty folder; nothing was changed`)
    }
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const closing = await closeToOthers(dir)
    await copyPrivate(join(from, storeFileName), join(dir, storeFileName))
    await copySettings(from, dir)
    await openStore(dir).close()
    return {
      json: { dir, ...closing.json },
      text: {
        ja: [`${dir} に復元しました。`, ...closing.ja].join('\n'),
        en: [`restored to ${dir}`, ...closing.en].join('\n'),
      },
    }
  })
}

/** The settings last: a folder without them is no center. */
async function copySettings(from: string, to: string): Promise<void> {
  const names = (await readdir(from)).filter((name) => /\.(pem|key)$/.test(name))
  for (const name of [...names, configFileName]) await copyPrivate(join(from, name), join(to, name))
}

/** Whatever the original was: keys are for their owner alone. */
async function copyPrivate(from: string, to: string): Promise<void> {
  await writeFile(to, '', { mode: 0o600, flag: 'wx' })
  await copyFile(from, to)
  await chmod(to, 0o600)
}

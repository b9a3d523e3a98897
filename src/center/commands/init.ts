import { closeFolder, closingArgs } from '../close-folder.ts'
import { isWindows } from '../control/address.ts'
import { runIcacls } from '../run-icacls.ts'
import { setUpCenter } from '../setup.ts'
import { type CommandIo, type ExitCode, runCommand } from './command-io.ts'

export type InitArgs = Readonly<{
  dir: string
  names: readonly string[]
  collectorListen: string
  consoleListen: string
}>

/** `init`: a new center; its first user's one-time password is printed this once. */
export async function initCommand(args: InitArgs, io: CommandIo): Promise<ExitCode> {
  return runCommand(io, async () => {
    const closing = isWindows ? { closeFolder: (path: string) => closeFolder(path, runIcacls) } : {}
    const { dir, user, password, names, unclosed } = await setUpCenter({ ...args, now: io.now(), ...closing })
    const command = `icacls "${dir}" ${closingArgs.join(' ')}`
    return {
      json: { dir, names, user, password, ...(isWindows ? { isClosed: unclosed === '' } : {}) },
      text: {
        ja: [
          `${dir} に中央を作成しました（証明書の名前: ${names.join(', ')}）。`,
          `最初の利用者: ${user}`,
          `一回限りのパスワード: ${password}`,
          'この表示は一度だけです。最初のサインイン時に変更してください。',
          ...(unclosed === ''
            ? []
            : [
                `フォルダーを管理者だけのものにできませんでした（${unclosed}）。先に、管理者として実行します: ${command}`,
              ]),
          `次に: tanmori-center root import FILE --dir ${dir}、tanmori-center run --dir ${dir}`,
        ].join('\n'),
        en: [
          `made a center in ${dir} (certificate names: ${names.join(', ')})`,
          `first user: ${user}`,
          `one-time password: ${password}`,
          'It is shown this once, and must be changed at the first sign-in.',
          ...(unclosed === ''
            ? []
            : [`its folder could not be closed to others (${unclosed}); first, as an administrator: ${command}`]),
          `next: tanmori-center root import FILE --dir ${dir}, tanmori-center run --dir ${dir}`,
        ].join('\n'),
      },
    }
  })
}

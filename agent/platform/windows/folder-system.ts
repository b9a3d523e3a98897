import { lstatSync, mkdirSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { errnoOf } from '../errno.ts'
import type { FolderSystem } from './own-places.ts'
import { enablePrivilege } from './win32/privilege.ts'
import { readFileSecurity, writeFileSecurity } from './win32/security.ts'

/** Files and folders, also those that somebody keeps SYSTEM out of: who may take ownership gets in again. */
export function createFolderSystem(): FolderSystem {
  enablePrivilege('SeTakeOwnershipPrivilege')
  return {
    look(path) {
      try {
        const found = lstatSync(path)
        if (found.isSymbolicLink()) return 'link' // junctions too
        if (found.isDirectory()) return 'folder'
        return found.nlink > 1 ? 'linked-file' : 'file'
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return null
        throw error
      }
    },
    makeFolder: (path) => {
      mkdirSync(path, { recursive: true })
    },
    listFolder: (path) => readdirSync(path),
    readSecurity: readFileSecurity,
    writeSecurity(path, wanted) {
      try {
        writeFileSecurity(path, wanted)
      } catch {
        // Who is shut out must be the owner before they may change the list.
        writeFileSecurity(path, { ...wanted, dacl: null })
        writeFileSecurity(path, { ...wanted, owner: null })
      }
    },
    removeName(path) {
      try {
        unlinkSync(path)
      } catch {
        rmdirSync(path) // a junction is a folder to whoever removes it
      }
    },
  }
}

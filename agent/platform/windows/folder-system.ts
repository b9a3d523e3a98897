import { lstatSync, mkdirSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { errnoOf } from '../errno.ts'
import type { FolderSystem } from './own-places.ts'
import { readFileSecurity, writeFileSecurity } from './win32/security.ts'

export function createFolderSystem(): FolderSystem {
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
    writeSecurity: writeFileSecurity,
    removeName(path) {
      try {
        unlinkSync(path)
      } catch {
        rmdirSync(path) // a junction is a folder to whoever removes it
      }
    },
  }
}

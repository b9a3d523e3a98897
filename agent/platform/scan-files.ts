import { constants, type Dirent } from 'node:fs'
import { access, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

export type ScanFile = Readonly<{ path: string; size: number } | { path: string; why: 'unreadable' | 'too-many' }>

export const scanLimits = { maxFiles: 500_000, maxDepth: 64 } as const

/** Every regular file below a folder; links are not followed, and what is no file has nothing to scan. */
export async function* listScanFiles(root: string): AsyncGenerator<ScanFile> {
  const open: { path: string; depth: number }[] = [{ path: root, depth: 0 }]
  let count = 0
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    const entries = await readFolder(folder.path)
    if (entries === null) {
      yield { path: folder.path, why: 'unreadable' }
      continue
    }
    for (const entry of entries) {
      const path = join(folder.path, entry.name)
      if (entry.isDirectory()) {
        if (folder.depth < scanLimits.maxDepth) open.push({ path, depth: folder.depth + 1 })
        else yield { path, why: 'too-many' }
        continue
      }
      if (!entry.isFile()) continue
      count += 1
      if (count > scanLimits.maxFiles) {
        yield { path: root, why: 'too-many' }
        return
      }
      yield await lookAt(path)
    }
  }
}

async function lookAt(path: string): Promise<ScanFile> {
  try {
    await access(path, constants.R_OK)
    return { path, size: (await lstat(path)).size }
  } catch {
    return { path, why: 'unreadable' } // a name or a block that the file system cannot give
  }
}

async function readFolder(path: string): Promise<readonly Dirent[] | null> {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch {
    return null // told as unreadable by the caller
  }
}

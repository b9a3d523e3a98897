import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'

export type FileState = Readonly<{ size: number; mtimeMs: number }>
export type Tree = Readonly<{ folders: readonly string[]; files: ReadonlyMap<string, FileState>; isComplete: boolean }>

export const treeLimits = { maxFolders: 8_192, maxFiles: 50_000, maxDepth: 32 } as const

/**
 * Every folder and regular file below `root`, links not followed. What cannot be read is left out.
 * @param enter hears of each folder before it is read
 */
export async function readTree(root: string, enter: (folder: string) => void = () => undefined): Promise<Tree> {
  const folders: string[] = []
  const files = new Map<string, FileState>()
  const open: { path: string; depth: number }[] = [{ path: root, depth: 0 }]
  let isComplete = true
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    if (folders.length >= treeLimits.maxFolders || next.depth > treeLimits.maxDepth) {
      isComplete = false
      continue
    }
    folders.push(next.path)
    enter(next.path)
    for (const entry of await listFolder(next.path)) {
      const path = join(next.path, entry.name)
      if (entry.isDirectory()) open.push({ path, depth: next.depth + 1 })
      if (!entry.isFile()) continue
      if (files.size >= treeLimits.maxFiles) isComplete = false
      else await noteFile(files, path)
    }
  }
  return { folders, files, isComplete }
}

export async function readFileState(path: string): Promise<FileState | null> {
  try {
    const { size, mtimeMs } = await lstat(path)
    return { size, mtimeMs }
  } catch {
    return null // gone again
  }
}

async function noteFile(files: Map<string, FileState>, path: string): Promise<void> {
  const state = await readFileState(path)
  if (state !== null) files.set(path, state)
}

async function listFolder(path: string) {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch {
    return [] // gone, or not ours to read
  }
}

import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const maxEntries = 20_000

/** Files that were made or changed since then, links and what cannot be read left out; at most so many entries are seen. */
export async function listNewFiles(root: string, sinceMs: number): Promise<readonly string[]> {
  const found: string[] = []
  const folders = [root]
  let seen = 0
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    try {
      for await (const entry of await opendir(folder)) {
        seen += 1
        if (seen > maxEntries) return found
        const path = join(folder, entry.name)
        if (entry.isDirectory()) folders.push(path)
        else if (entry.isFile() && (await isNew(path, sinceMs))) found.push(path)
      }
    } catch {
      // a folder that may not be read, or a medium that is gone
    }
  }
  return found
}

/** Copying keeps the time of change and sets that of making. */
async function isNew(path: string, sinceMs: number): Promise<boolean> {
  const { birthtimeMs, mtimeMs } = await stat(path)
  return Math.max(birthtimeMs, mtimeMs) >= sinceMs
}

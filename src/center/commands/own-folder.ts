import { chown, mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A folder for what the running center and a command hand to each other, gone afterwards. It lies in the center's own
 * folder: as a service the center sees no homes and no `/tmp`, and can write nowhere else.
 */
export async function withOwnFolder<Result>(dir: string, use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(dir, '.handed-'))
  try {
    await giveToCenter(dir, folder)
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What root made is the center's to read. */
export async function giveToCenter(dir: string, path: string): Promise<void> {
  const { uid, gid } = await stat(dir)
  await chown(path, uid, gid)
}

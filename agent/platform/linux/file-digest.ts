import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { type ContentDigest, readContentDigest } from '../content-digest.ts'
import { errnoOf } from '../errno.ts'

export type Digest = Readonly<{ size: number; uid: number }> & ContentDigest

/**
 * Size, owner and SHA-256 of a regular file. Never throws: a medium can be pulled out at any moment, and that is then
 * the note.
 */
export async function readDigest(path: string, maxBytes: number): Promise<Digest> {
  let file: FileHandle | undefined
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const stat = await file.stat()
    const known = { size: stat.size, uid: stat.uid }
    if (!stat.isFile()) return { ...known, sha256: null, note: 'not a regular file' }
    return { ...known, ...(await readContentDigest(file, stat.size, maxBytes)) }
  } catch (error) {
    return { size: 0, uid: -1, sha256: null, note: `gone before it could be read (${errnoOf(error)})` }
  } finally {
    await file?.close().catch(() => undefined) // the medium is gone: nothing is left to close
  }
}

import { type FileHandle, open } from 'node:fs/promises'
import { type ContentDigest, readContentDigest } from '../content-digest.ts'
import { errnoOf } from '../errno.ts'

export type FileDigest = Readonly<{ size: number }> & ContentDigest

/** Size and SHA-256. Never throws: why it could not be read is the note. */
export async function readFileDigest(path: string, maxBytes: number): Promise<FileDigest> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const { size } = await file.stat()
    return { size, ...(await readContentDigest(file, size, maxBytes)) }
  } catch (error) {
    return { size: 0, sha256: null, note: `could not be read (${errnoOf(error)})` }
  } finally {
    await file?.close().catch(() => undefined) // the medium is gone: nothing is left to close
  }
}

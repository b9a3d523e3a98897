import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { errnoOf } from '../errno.ts'

export type Digest = Readonly<{ size: number; uid: number; sha256: string | null; note: string }>

const chunkBytes = 1 << 20
const maxMs = 120_000

/**
 * Size, owner and SHA-256 of a regular file, read in pieces so that nothing else waits. Never throws: a medium can be
 * pulled out at any moment, and that is then the note.
 */
export async function readDigest(path: string, maxBytes: number): Promise<Digest> {
  let file: FileHandle | undefined
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const stat = await file.stat()
    const known = { size: stat.size, uid: stat.uid }
    if (!stat.isFile()) return { ...known, sha256: null, note: 'not a regular file' }
    if (stat.size > maxBytes) return { ...known, sha256: null, note: `larger than ${maxBytes} bytes` }
    const sha256 = await hashFile(file)
    return sha256 === null ? { ...known, sha256, note: `not read within ${maxMs} ms` } : { ...known, sha256, note: '' }
  } catch (error) {
    return { size: 0, uid: -1, sha256: null, note: `gone before it could be read (${errnoOf(error)})` }
  } finally {
    await file?.close().catch(() => undefined) // the medium is gone: nothing is left to close
  }
}

async function hashFile(file: FileHandle): Promise<string | null> {
  const until = performance.now() + maxMs
  const hash = createHash('sha256')
  const chunk = Buffer.alloc(chunkBytes)
  while (performance.now() < until) {
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, null)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(chunk.subarray(0, bytesRead))
  }
  return null
}

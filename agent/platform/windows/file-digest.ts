import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'

export type FileDigest = Readonly<{ size: number; sha256: string | null; note: string }>

const chunkBytes = 1 << 20
const maxMs = 120_000

/** Size and SHA-256, read in pieces so that nothing else waits. Never throws: why it could not be read is the note. */
export async function readFileDigest(path: string, maxBytes: number): Promise<FileDigest> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const { size } = await file.stat()
    if (size > maxBytes) return { size, sha256: null, note: `larger than ${maxBytes} bytes` }
    const sha256 = await hashFile(file)
    return sha256 === null ? { size, sha256, note: `not read within ${maxMs} ms` } : { size, sha256, note: '' }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return { size: 0, sha256: null, note: `could not be read (${code})` }
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

import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

/** SHA-256 of what a file holds; where there is none, the note says why. */
export type ContentDigest = Readonly<{ sha256: string | null; note: string }>

const chunkBytes = 1 << 20
const maxMs = 120_000

/** Read in pieces so that nothing else waits, and not at all where `size` is more than `maxBytes`. */
export async function readContentDigest(file: FileHandle, size: number, maxBytes: number): Promise<ContentDigest> {
  if (size > maxBytes) return { sha256: null, note: `larger than ${maxBytes} bytes` }
  const sha256 = await hashFile(file)
  return { sha256, note: sha256 === null ? `not read within ${maxMs} ms` : '' }
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

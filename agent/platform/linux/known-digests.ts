import type { Stats } from 'node:fs'
import { platformLimits, type ReadLimits } from '../platform.ts'
import { readFileReading } from './readings-file.ts'

/** Digests of files that have not changed since: by device, inode, size and both times, which only the kernel can set. */
const known = new Map<string, string>()
const maxKnown = 10_000

/** Null where the file is too large, gone, or could not be read in time. */
export async function readKnownDigest(path: string, found: Stats, limits: ReadLimits): Promise<string | null> {
  if (found.size > platformLimits.maxDigestBytes) return null
  const name = [found.dev, found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ')
  const before = known.get(name)
  if (before !== undefined) return before
  const sha256 = await digestOf(path, limits)
  if (sha256 === null) return null
  if (known.size >= maxKnown) known.clear()
  known.set(name, sha256)
  return sha256
}

async function digestOf(path: string, limits: ReadLimits): Promise<string | null> {
  try {
    const raw = await readFileReading({ kind: 'file', path, as: 'sha256' }, limits)
    return raw.kind === 'file' ? raw.text : null
  } catch {
    return null // gone, or not to be read: the entry then has no digest, which a check sees
  }
}

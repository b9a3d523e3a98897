import { createHash } from 'node:crypto'
import { createReadStream, type Stats } from 'node:fs'
import { platformLimits, type ReadLimits } from './platform.ts'
import { readFileReading } from './readings-file.ts'

/** Digests of files that have not changed since: by device, inode, size and both times, of which the kernel alone sets one. */
const known = new Map<string, string>()
const maxKnown = 10_000

/** SHA-256; null where the file is too large, gone, or could not be read in time. */
export function readKnownDigest(path: string, found: Stats, limits: ReadLimits): Promise<string | null> {
  return remember('sha256', found, () => readSha256(path, limits))
}

/** What dpkg writes down of its files; as good as the disk it lies on. */
export function readKnownMd5(path: string, found: Stats): Promise<string | null> {
  return remember('md5', found, () => readMd5(path))
}

async function remember(kind: string, found: Stats, read: () => Promise<string | null>): Promise<string | null> {
  if (found.size > platformLimits.maxDigestBytes) return null
  const name = [kind, found.dev, found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ')
  const before = known.get(name)
  if (before !== undefined) return before
  const digest = await read()
  if (digest === null) return null
  if (known.size >= maxKnown) known.clear()
  known.set(name, digest)
  return digest
}

async function readSha256(path: string, limits: ReadLimits): Promise<string | null> {
  try {
    const raw = await readFileReading({ kind: 'file', path, as: 'sha256' }, limits)
    return raw.kind === 'file' ? raw.text : null
  } catch {
    return null // gone, or not to be read: the entry then has no digest, which a check sees
  }
}

async function readMd5(path: string): Promise<string | null> {
  try {
    const hash = createHash('md5')
    for await (const chunk of createReadStream(path)) hash.update(chunk)
    return hash.digest('hex')
  } catch {
    return null // as above; or a system that is set up to know no MD5
  }
}

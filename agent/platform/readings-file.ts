import { createHash, type Hash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import type { Raw, Reading } from '../../src/checks/reading.ts'
import { decodeText } from './decode-text.ts'
import type { ReadLimits } from './platform.ts'
import { failedRaw } from './readings-failure.ts'

type FileReading = Extract<Reading, { kind: 'file' }>
type As = NonNullable<FileReading['as']>

/** A digest is worked out between two pieces, on the thread that the guard has too. */
const pieces = {
  text: { pieceBytes: 1 << 20 },
  base64: { pieceBytes: 1 << 20 },
  sha256: { pieceBytes: 1 << 17 },
} as const satisfies Record<Exclude<As, 'state'>, object>

const smallestChunkBytes = 1 << 14
/** O_NONBLOCK: between the look and the opening it may have become a pipe. Windows has neither of the two. */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)

/** One regular file. A device or a pipe is not opened: that alone can have an effect. */
export async function readFileReading(reading: FileReading, limits: ReadLimits): Promise<Raw> {
  const as = reading.as ?? 'text'
  const found = await stat(reading.path)
  if (as === 'state') return describe('', found)
  if (!found.isFile()) return failedRaw('failed', `${reading.path}: not a regular file`)
  const file = await open(reading.path, openFlags)
  try {
    const opened = await file.stat()
    if (!opened.isFile()) return failedRaw('failed', `${reading.path}: not a regular file`)
    const maxBytes =
      as === 'sha256' ? Number.POSITIVE_INFINITY : Math.min(limits.maxBytes, reading.maxBytes ?? Infinity)
    const taker = takers[as]()
    const size = await readWhole(
      file,
      { ...limits, maxBytes, path: reading.path, size: opened.size, ...pieces[as] },
      taker,
    )
    return typeof size === 'number' ? describe(taker.text(), opened, size) : size
  } finally {
    await file.close()
  }
}

type Taker = Readonly<{ take(chunk: Buffer): void; text(): string }>

/** The number of bytes, which for /proc and /sys is not what stat(2) says; or the limit that was passed. */
async function readWhole(
  file: FileHandle,
  limits: Readonly<{
    timeoutMs: number
    maxBytes: number
    signal?: AbortSignal
    path: string
    size: number
    pieceBytes: number
  }>,
  taker: Taker,
): Promise<number | Raw> {
  const until = performance.now() + limits.timeoutMs
  const wanted = Math.max(limits.size + 1, smallestChunkBytes)
  const chunk = Buffer.allocUnsafe(Math.min(limits.pieceBytes, limits.maxBytes + 1, wanted))
  for (let size = 0; ; ) {
    if (performance.now() > until || limits.signal?.aborted === true) {
      return failedRaw('timeout', `${limits.path}: more than ${limits.timeoutMs} ms`)
    }
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null)
    if (bytesRead === 0) return size
    size += bytesRead
    if (size > limits.maxBytes) return failedRaw('too-large', `${limits.path}: more than ${limits.maxBytes} bytes`)
    taker.take(chunk.subarray(0, bytesRead))
  }
}

const takers = {
  text: () => gather((bytes) => decodeText(bytes)),
  base64: () => gather((bytes) => bytes.toString('base64')),
  sha256: () => digest(createHash('sha256')),
} as const satisfies Record<Exclude<As, 'state'>, () => Taker>

function gather(toText: (bytes: Buffer) => string): Taker {
  const chunks: Buffer[] = []
  return { take: (chunk) => void chunks.push(Buffer.from(chunk)), text: () => toText(Buffer.concat(chunks)) }
}

function digest(hash: Hash): Taker {
  return { take: (chunk) => void hash.update(chunk), text: () => hash.digest('hex') }
}

function describe(text: string, { size, mtime, mode, uid }: Stats, read = size): Raw {
  return { kind: 'file', text, size: read, modifiedAt: mtime.toISOString(), mode: mode & 0o7777, uid }
}

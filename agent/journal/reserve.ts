import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { eventSchema } from '../../src/protocol/events.ts'
import { type ChainedLine, rebuildLine } from './chain.ts'

/** One write of zeros at a time. */
const blockBytes = 64 * 1024

/**
 * Room set aside beforehand, for lines that the database cannot take: the file's blocks are already its own, so
 * writing into them in place works on a full disk. Lines are JSON, one per line, from the start to the first zero.
 */
export class Reserve {
  readonly #fd: number
  readonly #maxBytes: number
  #used: number
  readonly path: string

  private constructor(path: string, fd: number, maxBytes: number, used: number) {
    this.path = path
    this.#fd = fd
    this.#maxBytes = maxBytes
    this.#used = used
  }

  /** @throws what the file system throws where the room cannot be had */
  static open(path: string, maxBytes: number): Readonly<{ reserve: Reserve; lines: readonly ChainedLine[] }> {
    const bytes = readIfThere(path)
    const end = bytes.indexOf(0)
    const text = bytes.subarray(0, end === -1 ? bytes.length : end)
    const { lines, used } = parseLines(text)
    const fd = openSync(path, bytes.length === 0 ? 'w+' : 'r+', 0o600)
    const reserve = new Reserve(path, fd, maxBytes, used)
    reserve.#writeZeros(used)
    return { reserve, lines }
  }

  /** True where the line is on disk; false where there is no room or the disk refused. */
  append(line: ChainedLine): boolean {
    const bytes = Buffer.from(`${JSON.stringify(line.event)}\n`)
    if (this.#used + bytes.length > this.#maxBytes) return false
    try {
      writeSync(this.#fd, bytes, 0, bytes.length, this.#used)
      fdatasyncSync(this.#fd)
    } catch {
      // A disk that refuses even this is answered by memory; the writer says so in `log.failure`.
      return false
    }
    this.#used += bytes.length
    return true
  }

  clear(): void {
    if (this.#used === 0) return
    try {
      writeSync(this.#fd, Buffer.alloc(this.#used), 0, this.#used, 0)
      fdatasyncSync(this.#fd)
      this.#used = 0
    } catch {
      // Lines that stay are recognised by their number when they are read again, and not stored twice.
    }
  }

  close(): void {
    closeSync(this.#fd)
  }

  #writeZeros(from: number): void {
    const zeros = Buffer.alloc(blockBytes)
    for (let at = from; at < this.#maxBytes; at += blockBytes) {
      writeSync(this.#fd, zeros, 0, Math.min(blockBytes, this.#maxBytes - at), at)
    }
    fdatasyncSync(this.#fd)
  }
}

function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    // Not there yet, or unreadable: opening it says which, and says it better.
    return Buffer.alloc(0)
  }
}

/** Whole lines only: the last one may have been cut by a power failure while it was written. */
function parseLines(bytes: Buffer): Readonly<{ lines: readonly ChainedLine[]; used: number }> {
  const lines: ChainedLine[] = []
  let used = 0
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, used)) {
    const event = parseEvent(bytes.toString('utf8', used, end))
    if (event === null) break
    lines.push(rebuildLine(event))
    used = end + 1
  }
  return { lines, used }
}

function parseEvent(text: string): ReturnType<typeof eventSchema.parse> | null {
  try {
    return eventSchema.parse(JSON.parse(text))
  } catch {
    // A torn line ends what can be read.
    return null
  }
}

import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs'
import { z } from 'zod'
import type { ChainHead } from './chain.ts'

const recordBytes = 128
const recordSchema = z.strictObject({ seq: z.int().min(0), hash: z.string().regex(/^[0-9a-f]{64}$/) })

/**
 * The last line's number and hash, kept beside the database: without it a deleted journal would look like a new
 * one. Written in place and not synced: it may lag behind after a power cut, and only ever serves as a hint.
 */
export class HeadFile {
  readonly #path: string
  #fd: number | null = null

  constructor(path: string) {
    this.#path = path
  }

  read(): ChainHead | null {
    try {
      return recordSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')))
    } catch {
      // Missing or torn: no hint.
      return null
    }
  }

  write(head: ChainHead): void {
    try {
      this.#fd ??= openSync(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600)
      writeSync(this.#fd, JSON.stringify({ seq: head.seq, hash: head.hash }).padEnd(recordBytes), 0)
    } catch {
      // A hint that cannot be written is a hint less; the database is what counts.
    }
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd)
    this.#fd = null
  }
}

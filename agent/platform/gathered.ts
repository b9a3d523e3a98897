import { decodeText } from './decode-text.ts'

/** Bytes up to a limit; what comes after it is not kept. */
export class Gathered {
  readonly #chunks: Buffer[] = []
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** False once there is more than the limit. */
  add(chunk: Buffer): boolean {
    this.#bytes += chunk.length
    if (this.#bytes > this.#maxBytes) return false
    this.#chunks.push(chunk)
    return true
  }

  text(): string {
    return decodeText(Buffer.concat(this.#chunks))
  }
}

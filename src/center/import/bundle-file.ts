import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { z } from 'zod'
import { TanmoriError } from '../../errors.ts'
import { type BundleMessage, bundleEndSchema, bundleHeaderSchema, bundleMessageSchema } from '../../protocol/bundle.ts'
import { limits } from '../../protocol/messages.ts'
import { signedTypes, type TerminalSignature } from '../../protocol/terminal-signature.ts'
import { findSignatureFault } from '../../terminal-key.ts'

type Hello = Extract<BundleMessage, { type: 'hello' }>

/** A bundle whose every byte is as the terminal signed it; whose terminal that is, the caller judges. */
export type CheckedBundle = Readonly<{ at: string; hello: Hello; signature: TerminalSignature; sha256: string }>

export type OpenBundle = Readonly<{
  /** Reads all of it, keeping a line at a time. @throws TanmoriError `bundle.invalid`, `bundle.altered` */
  check(): Promise<CheckedBundle>
  /** The messages behind `hello`, in order. @throws TanmoriError `bundle.altered` where the file changed meanwhile */
  messages(checked: CheckedBundle): AsyncGenerator<BundleMessage>
  close(): Promise<void>
}>

const readAtOnceBytes = 1_048_576
/** A message of the protocol, and the braces around a signature. */
const maxLineBytes = limits.maxFrameBytes + 65_536

/** @throws TanmoriError `usage` where the file cannot be read */
export async function openBundle(path: string): Promise<OpenBundle> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new TanmoriError('usage', `${path}: wanted a bundle that the center may read; ${String(cause)}`, { cause })
  })
  return {
    check: () => check(file, path),
    messages: (checked) => messages(file, path, checked),
    close: () => file.close(),
  }
}

async function check(file: FileHandle, path: string): Promise<CheckedBundle> {
  const hash = createHash('sha256')
  let number = 0
  let at = ''
  let hello: Hello | null = null
  let signature: TerminalSignature | null = null
  for await (const { bytes, isLast } of readLines(file, path)) {
    number += 1
    if (isLast)
      signature = parse(bundleEndSchema, bytes, path, number, 'the signature at its end: it was cut').signature
    else if (number === 1)
      at = parse(bundleHeaderSchema, bytes, path, number, 'a bundle of `tanmori journal export`').at
    else {
      const message = parse(bundleMessageSchema, bytes, path, number, 'a message of the protocol')
      if ((message.type === 'hello') !== (number === 2)) throw invalid(path, number, 'one hello, as the second line')
      if (message.type === 'hello') hello = message
    }
    if (!isLast) update(hash, bytes)
  }
  if (hello === null || signature === null) throw invalid(path, number, 'a bundle of `tanmori journal export`')
  const sha256 = hash.digest('hex')
  const fault = findSignatureFault(signature, { payloadType: signedTypes.bundle, sha256 })
  if (fault === null) return { at, hello, signature, sha256 }
  throw new TanmoriError('bundle.altered', `${path}: wanted the bytes that were signed, came others (${fault})`)
}

async function* messages(file: FileHandle, path: string, checked: CheckedBundle): AsyncGenerator<BundleMessage> {
  const hash = createHash('sha256')
  let number = 0
  for await (const { bytes, isLast } of readLines(file, path)) {
    number += 1
    if (isLast) continue
    update(hash, bytes)
    if (number > 2) yield parse(bundleMessageSchema, bytes, path, number, 'a message of the protocol')
  }
  if (hash.digest('hex') === checked.sha256) return
  throw new TanmoriError('bundle.altered', `${path}: wanted the file that was checked, came one that changed meanwhile`)
}

type Line = Readonly<{ bytes: Buffer; isLast: boolean }>

/** Lines without their ends, each known to be the last or not. A file that does not end a line was cut. */
async function* readLines(file: FileHandle, path: string): AsyncGenerator<Line> {
  let held: Buffer | null = null
  let rest: Buffer = Buffer.alloc(0)
  let number = 0
  const chunks = file.createReadStream({ start: 0, autoClose: false, highWaterMark: readAtOnceBytes })
  for await (const chunk of chunks) {
    let from = 0
    const bytes: Buffer = Buffer.concat([rest, Buffer.from(chunk)])
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
      if (held !== null) yield { bytes: held, isLast: false }
      held = bytes.subarray(from, end)
      from = end + 1
      number += 1
    }
    rest = bytes.subarray(from)
    if (rest.length > maxLineBytes) throw invalid(path, number + 1, `lines of at most ${maxLineBytes} bytes`)
  }
  if (held === null || rest.length > 0) throw invalid(path, number + 1, 'the signature at its end: it was cut')
  yield { bytes: held, isLast: true }
}

const lineFeed = 0x0a

function update(hash: Hash, bytes: Buffer): void {
  hash.update(bytes).update('\n')
}

function parse<T>(schema: z.ZodType<T>, bytes: Buffer, path: string, number: number, wanted: string): T {
  const parsed = schema.safeParse(readJson(bytes))
  if (parsed.success) return parsed.data
  throw invalid(path, number, wanted)
}

function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined // no schema takes it
  }
}

function invalid(path: string, number: number, wanted: string): TanmoriError {
  return new TanmoriError('bundle.invalid', `${path}: line ${number}: wanted ${wanted}, came something else`)
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { modes } from '../src/policy/verdict.ts'
import { envelopeSchema } from '../src/protocol/messages.ts'
import { writeFileAtomically } from './write-file.ts'

const digest = z.string().regex(/^[0-9a-f]{64}$/)

/** A document as it was accepted: under which root, and when. Signatures are checked again at every load. */
const slotSchema = z.strictObject({
  envelope: envelopeSchema,
  digest,
  rootDigest: digest,
  appliedAt: z.iso.datetime(),
})
export type Slot = z.infer<typeof slotSchema>

const notesSchema = z.strictObject({
  /** The highest version ever applied per policy id. */
  seen: z.record(z.string(), z.int()),
  /** Digest of the policy whose expiry was already said. */
  expiredSaid: digest.nullable(),
  /** Of the last policy applied: holds on should its file ever be lost. */
  mode: z.enum(modes).nullable(),
})
export type Notes = z.infer<typeof notesSchema>

/** `bad`: the file is there and is not what was written. */
export type FileRead<T> = Readonly<{ state: 'there'; content: T } | { state: 'none' } | { state: 'bad'; why: string }>

/** One JSON file of the policy store; what it held before its last write stays beside it. */
export class KeptFile<T> {
  readonly path: string
  readonly #schema: z.ZodType<T>

  constructor(dir: string, name: string, schema: z.ZodType<T>) {
    this.path = join(dir, name)
    this.#schema = schema
  }

  get previousPath(): string {
    return this.path.replace(/\.json$/, '.previous.json')
  }

  read(path = this.path): FileRead<T> {
    const text = readText(path)
    if (text === null) return { state: 'none' }
    try {
      return { state: 'there', content: this.#schema.parse(JSON.parse(text)) }
    } catch (error) {
      return { state: 'bad', why: error instanceof Error ? error.message.slice(0, 300) : String(error) }
    }
  }

  /** Throws what the file system throws; the old file then still stands. A damaged file never becomes the previous. */
  write(content: T): void {
    const before = this.read()
    if (before.state === 'there') writeFileAtomically(this.previousPath, JSON.stringify(before.content))
    writeFileAtomically(this.path, JSON.stringify(content))
  }
}

export type PolicyFiles = Readonly<{
  /** From the first root on, each accepted by the one before it. */
  roots: KeptFile<readonly z.infer<typeof envelopeSchema>[]>
  policy: KeptFile<Slot>
  grants: KeptFile<readonly Slot[]>
  notes: KeptFile<Notes>
}>

export function openPolicyFiles(dir: string): PolicyFiles {
  return {
    roots: new KeptFile(dir, 'roots.json', z.array(envelopeSchema).max(1_000)),
    policy: new KeptFile(dir, 'policy.json', slotSchema),
    grants: new KeptFile(dir, 'grants.json', z.array(slotSchema).max(5_000)),
    notes: new KeptFile(dir, 'notes.json', notesSchema),
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Not there: a store that never received anything. Any other reason shows when it is written.
    return null
  }
}

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TanmoriError } from '../../src/errors.ts'
import type { NewEvent } from '../../src/protocol/events.ts'
import { countOutcomes, proofLimits, type SignedProof } from '../../src/protocol/proof.ts'
import { findProofFault, parseSignedProof, proofDigest } from '../../src/signed-proof.ts'
import { formatStamp } from '../report/format.ts'
import { writeFileAtomically } from '../write-file.ts'

export type ProofBoxDeps = Readonly<{
  /** `proofs/` in the state folder. */
  dir: string
  /** Ids of this terminal's own keys; of no other key is a proof taken. */
  ownKeys: () => readonly string[]
  record: (event: NewEvent) => void
  now: () => Date
}>

export type KeptProof = Readonly<{ sha256: string; path: string; isNew: boolean }>

/** The proofs of this terminal: kept as files, told to the center until it has them. */
export type ProofBox = Readonly<{
  /** @throws TanmoriError `usage` for what is no proof of this terminal, `platform.failed` where it cannot be kept */
  keep(text: string): KeptProof
  /** Takes up what was proven while no agent ran. Never throws: a proof that cannot be read waits in its file. */
  takeUp(): void
  /** Oldest first; of the center's own refusals none. */
  untold(): readonly SignedProof[]
  /** The center has it, or says for ever why not. */
  noteTold(sha256: string, refused: string | null): void
}>

const bookName = 'box.json'
const bookSchema = z.record(
  z.string().regex(/^[0-9a-f]{64}$/),
  z.strictObject({
    /** When its line went into the journal. */
    recordedAt: z.iso.datetime(),
    toldAt: z.iso.datetime().nullable(),
    refused: z.string().nullable(),
  }),
)
type Book = z.infer<typeof bookSchema>

export function openProofBox(deps: ProofBoxDeps): ProofBox {
  return {
    keep(text) {
      const signed = openOwn(text, deps.ownKeys())
      const sha256 = proofDigest(signed.proof)
      const path = proofPath(deps.dir, signed)
      const isNew = readBook(deps.dir)[sha256] === undefined
      writeKept(path, text)
      if (isNew) takeIn(deps, signed, sha256)
      tidy(deps.dir)
      return { sha256, path, isNew }
    },
    takeUp() {
      const book = readBook(deps.dir)
      const keys = deps.ownKeys()
      for (const { signed, sha256 } of readKeptProofs(deps.dir)) {
        if (book[sha256] === undefined && keys.includes(signed.signature.keyId)) takeIn(deps, signed, sha256)
      }
    },
    untold() {
      const book = readBook(deps.dir)
      return readKeptProofs(deps.dir)
        .filter(({ sha256 }) => book[sha256] !== undefined && book[sha256].toldAt === null)
        .map(({ signed }) => signed)
    },
    noteTold(sha256, refused) {
      const book = readBook(deps.dir)
      const entry = book[sha256]
      if (entry === undefined) return
      writeBook(deps.dir, { ...book, [sha256]: { ...entry, toldAt: deps.now().toISOString(), refused } })
    },
  }
}

/** Every proof that is kept in the folder, oldest first; what is none is passed over. */
export function readKeptProofs(
  dir: string,
): readonly Readonly<{ signed: SignedProof; sha256: string; path: string }>[] {
  return listFiles(dir).flatMap((name) => {
    const path = join(dir, name)
    const signed = readProof(path)
    return signed === null ? [] : [{ signed, sha256: proofDigest(signed.proof), path }]
  })
}

/** `proof-20261121-2105-3f2a1c9d.json`: the newest sorts last. */
export function proofPath(dir: string, { proof }: SignedProof): string {
  return join(dir, `proof-${formatStamp(proof.startedAt)}-${proofDigest(proof).slice(0, 8)}.json`)
}

function takeIn({ dir, record, now }: ProofBoxDeps, { proof }: SignedProof, sha256: string): void {
  const { proven, disproven, 'not-tried': notTried } = countOutcomes(proof.items)
  const { os, build } = proof.machine
  record({
    kind: 'proof.made',
    subject: `${os} ${build}`.slice(0, 512),
    data: {
      sha256,
      proven,
      disproven,
      notTried,
      startedAt: proof.startedAt,
      endedAt: proof.endedAt,
      disprovenItems: proof.items.filter(({ outcome }) => outcome === 'disproven').map(({ id }) => id),
    },
  })
  const book = readBook(dir)
  writeBook(dir, { ...book, [sha256]: { recordedAt: now().toISOString(), toldAt: null, refused: null } })
}

function openOwn(text: string, ownKeys: readonly string[]): SignedProof {
  const signed = parseSignedProof(text)
  if (signed === null) {
    throw new TanmoriError('usage', `wanted a signed proof of at most ${proofLimits.maxBytes} bytes, came another text`)
  }
  const fault = findProofFault(signed)
  if (fault !== null) throw new TanmoriError('usage', `wanted a proof as it was signed, came another (${fault})`)
  if (ownKeys.includes(signed.signature.keyId)) return signed
  throw new TanmoriError('usage', `wanted a proof of this terminal's key, came one of ${signed.signature.keyId}`)
}

function writeKept(path: string, text: string): void {
  try {
    writeFileAtomically(path, text)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TanmoriError('platform.failed', `${path}: the proof could not be kept; ${why}`, { cause })
  }
}

/** The oldest go, first of all those that the center has. */
function tidy(dir: string): void {
  const kept = readKeptProofs(dir)
  const book = readBook(dir)
  const isTold = (sha256: string) => book[sha256]?.toldAt !== null && book[sha256] !== undefined
  const byWorth = [...kept.filter(({ sha256 }) => isTold(sha256)), ...kept.filter(({ sha256 }) => !isTold(sha256))]
  const excess = byWorth.slice(0, Math.max(0, kept.length - proofLimits.maxKept))
  for (const { path } of excess) rmSync(path, { force: true })
  const gone = new Set(excess.map(({ sha256 }) => sha256))
  writeBook(dir, Object.fromEntries(Object.entries(book).filter(([sha256]) => !gone.has(sha256))))
}

function listFiles(dir: string): readonly string[] {
  try {
    return readdirSync(dir)
      .filter((name) => /^proof-[\w-]+\.json$/.test(name))
      .sort()
  } catch {
    return [] // none was ever made
  }
}

function readProof(path: string): SignedProof | null {
  try {
    if (statSync(path).size > proofLimits.maxBytes) return null
    return parseSignedProof(readFileSync(path, 'utf8'))
  } catch {
    return null // gone meanwhile, or no right to read it
  }
}

function readBook(dir: string): Book {
  try {
    return bookSchema.parse(JSON.parse(readFileSync(join(dir, bookName), 'utf8')))
  } catch {
    // Without its book every proof is told of once more, which changes nothing at the center.
    return {}
  }
}

function writeBook(dir: string, book: Book): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  writeFileAtomically(join(dir, bookName), JSON.stringify(book))
}

import { createHash } from 'node:crypto'
import { canonicalEvent, eventSchema, genesisHash, type JournalEvent } from '../../src/protocol/events.ts'
import type { StagedEvent } from './stage.ts'

/** The last line's place and hash; `seq` 0 and the genesis hash before the first. */
export type ChainHead = Readonly<{ seq: number; hash: string }>

export const genesisHead: ChainHead = { seq: 0, hash: genesisHash }

/** A line as it is stored: the event, and the exact bytes that were hashed. */
export type ChainedLine = Readonly<{ event: JournalEvent; body: string }>

export function chainEvent(head: ChainHead, staged: StagedEvent): ChainedLine {
  const placed = { ...staged, seq: head.seq + 1 }
  const body = canonicalEvent(placed)
  return { event: { ...placed, prev: head.hash, hash: hashLine(head.hash, body) }, body }
}

/** SHA-256(prev as 32 bytes ‖ canonical bytes), lower-case hexadecimal. */
export function hashLine(prev: string, body: string): string {
  return createHash('sha256').update(Buffer.from(prev, 'hex')).update(body, 'utf8').digest('hex')
}

export function headOf(line: ChainedLine): ChainHead {
  return { seq: line.event.seq, hash: line.event.hash }
}

export function rebuildLine(event: JournalEvent): ChainedLine {
  return { event, body: canonicalEvent(event) }
}

/** Gives lines new places behind `head`, keeping their times: used when the place they were given is taken. */
export function rechain(head: ChainHead, lines: readonly ChainedLine[]): readonly ChainedLine[] {
  const placed: ChainedLine[] = []
  for (const line of lines) {
    const { seq: _seq, prev: _prev, hash: _hash, ...staged } = line.event
    placed.push(chainEvent(placed.length === 0 ? head : headOf(placed[placed.length - 1] ?? line), staged))
  }
  return placed
}

/** A row as it lies in the table, not yet believed. */
export type StoredRow = Readonly<{ seq: number; at: string; kind: string; prev: string; hash: string; body: string }>

/** @throws BrokenLine where the row contradicts itself */
export function parseLine(row: StoredRow): ChainedLine {
  const parsed = eventSchema.safeParse({ ...readBody(row), prev: row.prev, hash: row.hash })
  if (!parsed.success) throw new BrokenLine(row.seq)
  const event = parsed.data
  const agrees = event.seq === row.seq && event.at === row.at && event.kind === row.kind
  if (!agrees || canonicalEvent(event) !== row.body) throw new BrokenLine(row.seq)
  return { event, body: row.body }
}

/** A row whose parts contradict each other: it was changed from outside. */
export class BrokenLine extends Error {
  readonly seq: number
  constructor(seq: number) {
    super(`line ${seq} contradicts itself`)
    this.name = 'BrokenLine'
    this.seq = seq
  }
}

function readBody(row: StoredRow): object {
  try {
    const value: unknown = JSON.parse(row.body)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    // Not JSON: the empty object fails the schema, which is what the caller reports.
    return {}
  }
}

/** `content`: the row contradicts itself; `hash`, `prev`, `seq`: its own hash, its link, its number are wrong. */
export type ChainBreak = Readonly<{ seq: number; why: 'content' | 'hash' | 'prev' | 'seq' }>
export type Verification = Readonly<{ ok: boolean; lines: number; firstBad?: number; breaks: readonly ChainBreak[] }>

/** A journal with more breaks than this is not read further. */
const maxBreaks = 100

/**
 * Checks every line's own hash and its link to the line before. A number may be skipped only by a `log.failure`
 * that names the line it follows: that is how a journal goes on after it was found to be behind.
 */
export function verifyChain(anchor: ChainHead, rows: Iterable<StoredRow>): Verification {
  const breaks: ChainBreak[] = []
  let head = anchor
  let count = 0
  for (const row of rows) {
    const why = judgeRow(head, row)
    if (why !== null) breaks.push({ seq: row.seq, why })
    head = row
    count += 1
    if (breaks.length >= maxBreaks) break
  }
  const first = breaks[0]
  return { ok: first === undefined, lines: count, ...(first === undefined ? {} : { firstBad: first.seq }), breaks }
}

function judgeRow(head: ChainHead, row: StoredRow): ChainBreak['why'] | null {
  if (!isHash(row.prev) || hashLine(row.prev, row.body) !== row.hash) return 'hash'
  const event = readEvent(row)
  if (event === null) return 'content'
  if (row.prev !== head.hash) return 'prev'
  if (row.seq === head.seq + 1) return null
  const explained = event.kind === 'log.failure' && event.data.lastSeq === head.seq && row.seq > head.seq
  return explained ? null : 'seq'
}

function readEvent(row: StoredRow): JournalEvent | null {
  try {
    return parseLine(row).event
  } catch {
    // parseLine's one error says what the answer null says.
    return null
  }
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

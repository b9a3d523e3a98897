import { canonicalEvent, type JournalEvent } from '../../protocol/events.ts'
import type { ChainHead, HeldLine } from '../store/records.ts'

/** SHA-256(prev as 32 bytes ‖ canonical bytes), hexadecimal. */
export type HashLine = (prevHex: string, body: string) => string

export type ChainFinding = Readonly<{
  kind: 'journal.gap' | 'journal.fork'
  /** `gap`: lines missing; `altered`: a line does not hash to its own hash; `prev`, `other-line`, `behind`: two histories. */
  reason: 'gap' | 'altered' | 'prev' | 'other-line' | 'behind'
  data: JournalEvent['data']
}>

export type ChainJudgement = Readonly<{
  accepted: readonly Readonly<{ event: JournalEvent; branch: number }>[]
  head: ChainHead
  findings: readonly ChainFinding[]
  /** Ask the terminal again from this seq; null where nothing is missing. */
  askFrom: number | null
}>

type ChainInput = Readonly<{
  head: ChainHead
  events: readonly JournalEvent[]
  /** Lines held already between the first and the last seq of `events`. */
  held: readonly HeldLine[]
  /** What this session was asked again from, so that it is asked once. */
  askedFrom: number | null
  reaskEvents: number
  hashLine: HashLine
}>

type Step = Readonly<{
  accept: boolean
  head: ChainHead
  finding?: ChainFinding
  askFrom?: number
  /** Lines after this one wait for what is missing. */
  stop?: boolean
}>

/**
 * What is done with a batch of journal lines. A line that is held already (same seq, same hash) is passed over; one
 * that continues the head is accepted; one that leaves a gap makes the terminal be asked again, and the second time
 * the gap is a finding. Two lines with one seq are a fork: both are kept, the newer on a branch of its own, and the
 * head follows the journal that speaks now.
 */
export function judgeLines(input: ChainInput): ChainJudgement {
  const accepted: { event: JournalEvent; branch: number }[] = []
  const findings: ChainFinding[] = []
  let { head } = input
  let askFrom: number | null = null
  for (const event of input.events) {
    const step = judgeLine({ ...input, askedFrom: askFrom ?? input.askedFrom }, head, event)
    head = step.head
    if (step.accept) accepted.push({ event, branch: head.branch })
    if (step.finding !== undefined) findings.push(step.finding)
    askFrom = step.askFrom ?? askFrom
    if (step.stop === true) break
  }
  return { accepted, head, findings, askFrom }
}

/** What the last line that a terminal says it has tells about the journal held. */
export function judgeHello(
  head: ChainHead,
  last: Readonly<{ seq: number; hash: string }>,
  reaskEvents: number,
): Readonly<{ nextSeq: number; finding: ChainFinding | null }> {
  if (last.seq > head.seq) return { nextSeq: head.seq + 1, finding: null }
  if (last.seq === head.seq && last.hash === head.hash) return { nextSeq: head.seq + 1, finding: null }
  const data = { held: head.seq, heldHash: head.hash, came: last.seq, cameHash: last.hash }
  if (last.seq < head.seq) {
    return { nextSeq: head.seq + 1, finding: { kind: 'journal.fork', reason: 'behind', data } }
  }
  const nextSeq = Math.max(1, head.seq - reaskEvents)
  return { nextSeq, finding: { kind: 'journal.fork', reason: 'other-line', data } }
}

function judgeLine(input: ChainInput, head: ChainHead, event: JournalEvent): Step {
  const lines = input.held.filter((line) => line.seq === event.seq)
  if (lines.some((line) => line.hash === event.hash)) return { accept: false, head }
  if (input.hashLine(event.prev, canonicalEvent(event)) !== event.hash) return fork(head, event, 'altered')
  if (event.seq <= head.seq) return judgeOlder(head, event, lines)
  if (isExplained(head, event)) return follow(head, event)
  if (event.seq > head.seq + 1) return judgeGap(input, head, event)
  if (event.prev === head.hash) return follow(head, event)
  if (isResumed(head, event)) return { accept: true, head: branchOff(head, event, head.detail) }
  const from = Math.max(1, head.seq - input.reaskEvents)
  return { ...fork(head, event, 'prev'), ...(input.askedFrom === null && head.seq > 0 ? { askFrom: from } : {}) }
}

/** A line that fills a gap is taken where it belongs; another one with a seq that is held is a fork. */
function judgeOlder(head: ChainHead, event: JournalEvent, lines: readonly HeldLine[]): Step {
  if (lines.length === 0) return { accept: true, head }
  return fork(head, event, 'other-line')
}

/** A journal that was found behind goes on with a `log.failure` that names its last line. */
function isExplained(head: ChainHead, event: JournalEvent): boolean {
  return event.kind === 'log.failure' && event.data.lastSeq === head.seq && event.prev === head.hash
}

/** The same after `behind` was raised at the hello: what the journal lost is told already, and it tells again itself. */
function isResumed(head: ChainHead, event: JournalEvent): boolean {
  const { lastSeq } = event.data
  return head.state === 'broken' && event.kind === 'log.failure' && typeof lastSeq === 'number' && lastSeq < head.seq
}

function judgeGap(input: ChainInput, head: ChainHead, event: JournalEvent): Step {
  const missing = head.seq + 1
  if (input.askedFrom === null || input.askedFrom > missing)
    return { accept: false, head, askFrom: missing, stop: true }
  const data = { from: missing, to: event.seq - 1, prev: event.prev, heldHash: head.hash }
  const detail = `lines ${missing} to ${event.seq - 1} are missing`
  return {
    accept: true,
    head: { branch: head.branch, seq: event.seq, hash: event.hash, state: 'broken', detail },
    finding: { kind: 'journal.gap', reason: 'gap', data },
  }
}

function follow(head: ChainHead, event: JournalEvent): Step {
  const state = head.state === 'broken' ? 'broken' : 'whole'
  return { accept: true, head: { ...head, seq: event.seq, hash: event.hash, state } }
}

function fork(head: ChainHead, event: JournalEvent, reason: 'altered' | 'prev' | 'other-line'): Step {
  const data = { seq: event.seq, hash: event.hash, prev: event.prev, held: head.seq, heldHash: head.hash }
  const detail = `line ${event.seq}: ${forkTexts[reason]}`
  return { accept: true, head: branchOff(head, event, detail), finding: { kind: 'journal.fork', reason, data } }
}

function branchOff(head: ChainHead, { seq, hash }: JournalEvent, detail: string): ChainHead {
  return { branch: head.branch + 1, seq, hash, state: 'broken', detail }
}

const forkTexts = {
  altered: 'its hash is not that of its content',
  prev: 'does not continue the line before it',
  'other-line': 'another line with this number is held',
} as const

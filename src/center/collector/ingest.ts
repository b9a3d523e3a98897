import { createHash } from 'node:crypto'
import { eventKinds, genesisHash, type JournalEvent } from '../../protocol/events.ts'
import type { Zone } from '../../protocol/zone.ts'
import type { Clock } from '../clock.ts'
import type { Live } from '../live.ts'
import type { ChainHead, NewStoredEvent } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { type ChainFinding, type ChainJudgement, type HashLine, judgeLines } from './chain.ts'
import { CommitQueue } from './commit-queue.ts'
import type { CollectorLimits } from './limits.ts'

export type IngestTerminal = Readonly<{ id: string; hostname: string; zone: Zone }>
/** `accepted`: lines that were new; `raised`: gaps and forks. */
export type IngestResult = Readonly<{ ackUpTo: number; askFrom: number | null; accepted: number; raised: number }>

type Raised = Omit<ChainFinding, 'reason'> & Readonly<{ reason: string }>
type IngestDeps = Readonly<{ store: Store; clock: Clock; live: Live; limits: CollectorLimits }>

/**
 * From journal lines to committed rows. One terminal's batches are judged one after the other; what they yield is
 * gathered over all terminals into common commits. A result resolves after the commit: only then may it be
 * acknowledged. Where a commit fails, nothing of it was kept, the head is read again and the terminal sends again.
 */
export class Ingest {
  readonly #deps: IngestDeps
  readonly #queue: CommitQueue
  readonly #heads = new Map<string, ChainHead>()
  /** The end of what is being judged of each terminal: a session and an imported file may tell of one at once. */
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(deps: IngestDeps) {
    this.#deps = deps
    this.#queue = new CommitQueue(deps)
  }

  async headOf(terminalId: string): Promise<ChainHead> {
    const known = this.#heads.get(terminalId)
    if (known !== undefined) return known
    const terminal = await this.#deps.store.terminals.find(terminalId)
    const head = terminal?.head ?? { branch: 0, seq: 0, hash: genesisHash, state: 'empty', detail: '' }
    this.#heads.set(terminalId, head)
    return head
  }

  /** `askedFrom`: what the session was asked again from, null where it was not. Throws `store.unavailable`. */
  take(terminal: IngestTerminal, events: readonly JournalEvent[], askedFrom: number | null): Promise<IngestResult> {
    const before = this.#turns.get(terminal.id) ?? Promise.resolve()
    const result = before.then(() => this.#take(terminal, events, askedFrom))
    const turn = result
      .catch(() => undefined) // the caller is told; the next in turn is not
      .then(() => {
        if (this.#turns.get(terminal.id) === turn) this.#turns.delete(terminal.id)
      })
    this.#turns.set(terminal.id, turn)
    return result
  }

  async #take(
    terminal: IngestTerminal,
    events: readonly JournalEvent[],
    askedFrom: number | null,
  ): Promise<IngestResult> {
    const head = await this.headOf(terminal.id)
    const { reaskEvents } = this.#deps.limits
    const held = continuesFrom(head, events) ? [] : await this.#heldLines(terminal.id, events)
    const judgement = judgeLines({ head, events, held, askedFrom, reaskEvents, hashLine })
    if (judgement.accepted.length > 0 || judgement.findings.length > 0) await this.#keep(terminal, judgement)
    const { accepted, findings } = judgement
    return {
      ackUpTo: judgement.head.seq,
      askFrom: judgement.askFrom,
      accepted: accepted.length,
      raised: findings.length,
    }
  }

  /** The collector's own record about a terminal. */
  async raise(terminal: IngestTerminal, finding: Raised): Promise<void> {
    await this.#queue.add(terminal, [this.#ownRecord(terminal, finding)], [])
  }

  /** The same, once, and the chain counts as broken from now on. */
  async raiseBroken(terminal: IngestTerminal, finding: ChainFinding): Promise<void> {
    const held = await this.headOf(terminal.id)
    const detail = `hello: ${finding.reason}, ${JSON.stringify(finding.data)}`
    if (held.detail === detail) return
    const head: ChainHead = { ...held, state: 'broken', detail }
    this.#heads.set(terminal.id, head)
    await this.#queue.add(terminal, [this.#ownRecord(terminal, finding)], [{ id: terminal.id, head }])
  }

  async close(): Promise<void> {
    await this.#queue.close()
  }

  async #keep(terminal: IngestTerminal, { accepted, findings, head }: ChainJudgement): Promise<void> {
    const receivedAt = this.#deps.clock.now().toISOString()
    const rows = accepted.map(
      ({ event, branch }): NewStoredEvent => ({
        terminalId: terminal.id,
        zone: terminal.zone,
        source: 'terminal',
        branch,
        event,
        receivedAt,
      }),
    )
    const own = findings.map((finding) => this.#ownRecord(terminal, finding))
    this.#heads.set(terminal.id, head)
    try {
      await this.#queue.add(terminal, [...rows, ...own], [{ id: terminal.id, head }])
    } catch (error) {
      this.#heads.delete(terminal.id)
      throw error
    }
  }

  #heldLines(terminalId: string, events: readonly JournalEvent[]) {
    const seqs = events.map(({ seq }) => seq)
    return this.#deps.store.events.heldLines(terminalId, Math.min(...seqs), Math.max(...seqs))
  }

  #ownRecord(terminal: IngestTerminal, finding: Raised) {
    const at = this.#deps.clock.now().toISOString()
    const event: JournalEvent = {
      seq: 1, // not stored: a record of the collector has no place in the terminal's chain
      at,
      bootId: '',
      kind: finding.kind,
      severity: eventKinds[finding.kind].severity,
      subject: terminal.hostname,
      data: { reason: finding.reason, ...finding.data },
      prev: genesisHash,
      hash: genesisHash,
    }
    const { id, zone } = terminal
    return { terminalId: id, zone, source: 'collector' as const, branch: 0, event, receivedAt: at }
  }
}

/** Nothing needs to be looked up for the usual batch: the lines right behind the head. */
function continuesFrom(head: ChainHead, events: readonly JournalEvent[]): boolean {
  const [first] = events
  if (first === undefined || first.seq !== head.seq + 1 || first.prev !== head.hash) return false
  return events.every(({ seq, prev }, index) => {
    const before = events[index - 1]
    return before === undefined || (seq === before.seq + 1 && prev === before.hash)
  })
}

const hashLine: HashLine = (prevHex, body) =>
  createHash('sha256').update(Buffer.from(prevHex, 'hex')).update(body, 'utf8').digest('hex')

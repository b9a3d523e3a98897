import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fillDatabase, moveAside, salvageLines } from './aside.ts'
import { type ChainedLine, type ChainHead, chainEvent, genesisHead, headOf, rechain } from './chain.ts'
import { JournalDatabase } from './database.ts'
import { type FailureReason, judgeFailure } from './failure.ts'
import { HeadFile } from './head-file.ts'
import type { JournalLimits } from './limits.ts'
import { Reserve } from './reserve.ts'
import type { StagedEvent } from './stage.ts'

export type StoreDeps = Readonly<{
  dir: string
  limits: JournalLimits
  now: () => Date
  /** A `log.failure` that is not chained yet. */
  stageFailure: (reason: string, data: Readonly<Record<string, unknown>>) => StagedEvent
}>

/**
 * Where lines lie: the database, and while that takes nothing, the reserve file and memory. No method throws: what
 * goes wrong becomes a `log.failure` line. `#pending` holds, in order, every line not yet committed.
 */
export class JournalStore {
  readonly #deps: StoreDeps
  readonly #headFile: HeadFile
  readonly path: string
  #database: JournalDatabase | null = null
  #inode = 0
  #reserve: Reserve | null = null
  #pending: ChainedLine[] = []
  /** How many of `#pending`, from its start, are in the reserve. */
  #reserved = 0
  #failure: FailureReason | null = null
  #head: ChainHead = genesisHead
  /** False until the database was read: before, a number given out may turn out to be taken. */
  #isHeadKnown = false
  #acknowledged = 0
  #savedAcknowledged = 0

  constructor(deps: StoreDeps) {
    this.#deps = deps
    this.path = join(deps.dir, 'journal.db')
    this.#headFile = new HeadFile(join(deps.dir, 'journal.head'))
  }

  open(): void {
    this.#head = this.#headFile.read() ?? genesisHead
    this.#openReserve()
    this.write()
  }

  get head(): ChainHead {
    return this.#head
  }
  get failure(): FailureReason | null {
    return this.#failure
  }
  get acknowledged(): number {
    return this.#acknowledged
  }
  get pendingCount(): number {
    return this.#pending.length
  }
  get hasReserve(): boolean {
    return this.#reserve !== null
  }
  /** Null while it cannot be opened. Reading from it may throw. */
  get database(): JournalDatabase | null {
    return this.#database
  }

  /** Chains a line behind the last one and holds it in memory; false where memory is full. */
  add(staged: StagedEvent): ChainedLine | null {
    if (this.#pending.length >= this.#deps.limits.maxPendingEvents) return null
    const line = chainEvent(this.#head, staged)
    this.#pending.push(line)
    this.#head = headOf(line)
    return line
  }

  /** Commits every pending line and the acknowledged number; while that fails, puts them into the reserve. */
  write(isRetry = false): void {
    try {
      const database = this.#openDatabase()
      this.#fitPending(database)
      this.#commit(database)
    } catch (error) {
      this.#fail(error, isRetry)
      return
    }
    this.#finishWrite()
  }

  acknowledge(upTo: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, Math.min(upTo, this.#head.seq))
  }

  /** The next line gets the number `nextSeq`, and says that it follows `lastSeq`. */
  skipTo(nextSeq: number, reason: string): void {
    const lastSeq = this.#head.seq
    this.#head = { seq: nextSeq - 1, hash: this.#head.hash }
    this.add(this.#deps.stageFailure(reason, { lastSeq, nextSeq }))
  }

  /** Lines from `fromSeq` that others may be told: committed, or kept while committing fails. */
  tellable(fromSeq: number, max: number): readonly ChainedLine[] {
    if (!this.#isHeadKnown || this.#database === null) return []
    const committed = this.read((database) => database.lines(fromSeq, max), [])
    if (committed.length === max) return committed
    const kept = this.#failure === null ? [] : this.#pending.filter(({ event }) => event.seq >= fromSeq)
    return [...committed, ...kept].slice(0, max)
  }

  /** Asks the database; what cannot be read is a failure of its own, answered with `otherwise`. */
  read<T>(ask: (database: JournalDatabase) => T, otherwise: T): T {
    if (this.#database === null) return otherwise
    try {
      return ask(this.#database)
    } catch (error) {
      this.#fail(error, false)
      return otherwise
    }
  }

  close(): void {
    this.write()
    this.#closeDatabase()
    this.#reserve?.close()
    this.#reserve = null
    this.#headFile.close()
  }

  #openReserve(): void {
    if (this.#reserve !== null) return
    try {
      const { reserve, lines } = Reserve.open(join(this.#deps.dir, 'journal.reserve'), this.#deps.limits.reserveBytes)
      this.#reserve = reserve
      this.#pending = [...lines, ...this.#pending]
      this.#reserved = lines.length
      const last = lines.at(-1)
      if (last !== undefined && last.event.seq > this.#head.seq) this.#head = headOf(last)
    } catch {
      // No room to set aside now; `hasReserve` says so, and it is tried again after the next good write.
      this.#reserve = null
    }
  }

  #openDatabase(): JournalDatabase {
    if (this.#database !== null && readInode(this.path) !== this.#inode) this.#replace('journal-removed')
    if (this.#database !== null) return this.#database
    const database = this.#attach()
    const found = database.head()
    database.lines(Math.max(1, found.seq - 10), 20)
    const saved = Number(database.readMeta('acknowledged') ?? 0)
    this.#acknowledged = Math.max(this.#acknowledged, saved)
    this.#savedAcknowledged = saved
    if (!this.#isHeadKnown) this.#meetHead(database, found)
    this.#isHeadKnown = true
    return database
  }

  #attach(): JournalDatabase {
    const { busyTimeoutMs } = this.#deps.limits
    this.#database = new JournalDatabase(this.path, { readOnly: false, busyTimeoutMs })
    this.#inode = readInode(this.path)
    return this.#database
  }

  /** First look into the database: it may hold more than the hint beside it, or be gone, or an older copy. */
  #meetHead(database: JournalDatabase, found: ChainHead): void {
    const hint = this.#head
    if (this.#pending.length > 0) return
    if (found.seq >= hint.seq) {
      this.#head = found
      return
    }
    const isNew = found.seq === 0
    if (isNew) database.writeMeta('anchor', JSON.stringify({ seq: hint.seq, hash: hint.hash }))
    const data = { lastSeq: found.seq, expectedSeq: hint.seq, expectedHash: hint.hash }
    this.add(this.#deps.stageFailure(isNew ? 'journal-missing' : 'journal-rolled-back', data))
  }

  /** Pending lines must link to the last committed one; where they do not, they get new numbers above all used. */
  #fitPending(database: JournalDatabase): void {
    const first = this.#pending[0]
    if (first === undefined) return
    const head = database.head()
    if (first.event.prev === head.hash && first.event.seq > head.seq) return
    const rest = this.#pending.filter(({ event }) => database.hashAt(event.seq) !== event.hash)
    if (rest[0] !== undefined && rest[0].event.prev !== head.hash) {
      const from = { seq: Math.max(this.#head.seq, head.seq), hash: head.hash }
      this.#pending = [...rechain(from, [this.#explainJump(from, head), ...rest])]
    } else this.#pending = rest
    this.#head = headOf(this.#pending.at(-1) ?? first)
    if (this.#head.seq < head.seq) this.#head = head
  }

  #explainJump(from: ChainHead, last: ChainHead): ChainedLine {
    return chainEvent(from, this.#deps.stageFailure('journal-renumbered', { lastSeq: last.seq, lastHash: last.hash }))
  }

  #commit(database: JournalDatabase): void {
    if (this.#pending.length === 0 && this.#acknowledged === this.#savedAcknowledged) return
    database.begin()
    for (const line of this.#pending) database.insert(line)
    database.writeMeta('acknowledged', String(this.#acknowledged))
    database.commit()
    this.#savedAcknowledged = this.#acknowledged
  }

  #finishWrite(): void {
    this.#pending = []
    this.#reserved = 0
    this.#reserve?.clear()
    this.#headFile.write(this.#head)
    if (this.#failure === null) return
    const was = this.#failure
    this.#failure = null
    this.#openReserve()
    this.add(this.#deps.stageFailure('journal-recovered', { state: 'recovered', was }))
    this.write()
  }

  #fail(error: unknown, isRetry: boolean): void {
    const reason = judgeFailure(error)
    this.#rollback()
    if (reason === 'broken' && !isRetry && this.#tryReplace()) {
      this.write(true)
      return
    }
    if (this.#failure !== reason) {
      this.#failure = reason
      const detail = error instanceof Error ? error.message.slice(0, 300) : String(error)
      this.add(this.#deps.stageFailure(`journal-${reason}`, { state: 'failing', detail }))
    }
    this.#keep()
  }

  #keep(): void {
    while (this.#reserved < this.#pending.length) {
      const line = this.#pending[this.#reserved]
      if (line === undefined || this.#reserve?.append(line) !== true) break
      this.#reserved += 1
    }
    this.#headFile.write(this.#head)
  }

  #tryReplace(): boolean {
    try {
      this.#replace('journal-broken')
      return true
    } catch {
      // The caller says why writing fails and tries again later; lines stay pending.
      this.#closeDatabase()
      return false
    }
  }

  /** Goes on in a new database, taking along what was not acknowledged. */
  #replace(reason: string): void {
    const [next] = this.#pending
    const fallback = next === undefined ? this.#head : { seq: next.event.seq - 1, hash: next.event.prev }
    const salvage = salvageLines(this.#database, this.#acknowledged, next?.event.seq ?? Infinity)
    this.#closeDatabase()
    const movedTo = moveAside(this.path, this.#deps.now())
    const database = this.#attach()
    fillDatabase(database, salvage.anchor ?? fallback, salvage.lines)
    this.#isHeadKnown = true
    this.#savedAcknowledged = 0
    const last = database.head()
    const data = { movedTo: basename(movedTo), lastSeq: last.seq, lastHash: last.hash }
    this.add(this.#deps.stageFailure(reason, { ...data, carriedOver: salvage.lines.length }))
  }

  #rollback(): void {
    try {
      this.#database?.rollback()
    } catch {
      // SQLite has already rolled back by itself after a full disk or an I/O error.
      this.#closeDatabase()
    }
  }

  #closeDatabase(): void {
    try {
      this.#database?.close()
    } catch {
      // A handle that cannot be closed is forgotten; the next one is opened beside it.
    }
    this.#database = null
  }
}

function readInode(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0
}

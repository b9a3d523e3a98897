import type { Result } from '../../checks/result.ts'
import type { ProofOutcome, SignedProof } from '../../protocol/proof.ts'
import type {
  AuditRecord,
  BuildItemRecord,
  BuildKey,
  BuildRecord,
  BuildTerminalRecord,
  DocumentRecord,
  DocumentResult,
  EventFilter,
  FactRecord,
  FindingCounts,
  FindingRecord,
  FleetFilter,
  FleetTerminal,
  HeldLine,
  NewDocument,
  NewProof,
  NewStoredEvent,
  NewTerminal,
  Page,
  PageRequest,
  ProofRecord,
  ResultReport,
  SessionRecord,
  StaleLimits,
  StoredEvent,
  TerminalChange,
  TerminalFilter,
  TerminalRecord,
  TokenRecord,
  UserRecord,
  ZoneCounts,
} from './records.ts'

/**
 * What the center keeps. Promises that every store gives:
 *
 * - A promise that resolves means: committed, and still there after a power cut. One that rejects
 *   (`store.unavailable`) means that nothing of that call was kept.
 * - Calls that take several rows keep all of them or none.
 * - Events are only added; nothing here changes or removes one.
 * - Ids of events rise in the order in which they were committed and are never used again.
 * - Lists are keyset pages: rows that come in while somebody reads never shift a page. Events, documents and audit
 *   newest first, terminals by hostname and id.
 */
export interface Store {
  readonly terminals: TerminalStore
  readonly events: EventStore
  readonly results: ResultStore
  readonly findings: FindingStore
  readonly proofs: ProofStore
  readonly documents: DocumentStore
  readonly users: UserStore
  readonly tokens: TokenStore
  readonly audit: AuditStore
  /** A whole, consistent copy in a new file, while the center runs. Throws where the file exists. */
  backup(file: string): Promise<void>
  close(): Promise<void>
}

export interface TerminalStore {
  add(terminal: NewTerminal): Promise<void>
  find(id: string): Promise<TerminalRecord | null>
  findByKey(keySha256: string): Promise<TerminalRecord | null>
  list(filter: TerminalFilter, page: PageRequest): Promise<Page<TerminalRecord>>
  /** Every terminal, for the collector's start. */
  all(): Promise<readonly TerminalRecord[]>
  change(changes: readonly TerminalChange[]): Promise<void>
  /** False where it was revoked already or does not exist. */
  revoke(id: string, reason: string, at: string): Promise<boolean>
  /** Keeps the newest reading of a check; an older one than is held changes nothing. */
  putFacts(terminalId: string, facts: FactRecord): Promise<void>
  findFacts(terminalId: string, check: string): Promise<FactRecord | null>
  /** Every check's facts of one terminal. */
  allFacts(terminalId: string): Promise<readonly FactRecord[]>
  /** The groups that terminals are in which are not revoked, sorted. */
  groups(): Promise<readonly string[]>
  countByZone(violationsSince: string): Promise<readonly ZoneCounts[]>
}

export interface EventStore {
  /** One commit for all; answers the ids in the order given. `changes` go into the same commit. */
  commit(events: readonly NewStoredEvent[], changes: readonly TerminalChange[]): Promise<readonly number[]>
  /** The lines held of a terminal's journal between two seqs, both included, over all branches. */
  heldLines(terminalId: string, fromSeq: number, toSeq: number): Promise<readonly HeldLine[]>
  list(filter: EventFilter, page: PageRequest): Promise<Page<StoredEvent>>
  /** Violations with an id above `afterId`, oldest first. */
  violationsAfter(afterId: number, limit: number): Promise<readonly StoredEvent[]>
  latestId(): Promise<number>
  /** Violations per terminal received since then; terminals without one are absent. */
  countViolations(terminalIds: readonly string[], since: string): Promise<ReadonlyMap<string, number>>
}

/**
 * What terminals say of their controls. Of each terminal the newest report is held, whole: a control that it no longer
 * names is no longer answered. What is stale is judged when it is read, by the limits handed in.
 */
export interface ResultStore {
  /**
   * Takes the place of the report held. False where the one held is newer, which then stays; one from the future
   * (later than `receivedAt`: the terminal's clock was wrong) gives way to any.
   */
  put(terminalId: string, report: ResultReport, receivedAt: string): Promise<boolean>
  find(terminalId: string): Promise<ResultReport | null>
  /** The held results of these controls on these terminals; terminals without one are absent. */
  pick(terminalIds: readonly string[], controls: readonly string[]): Promise<ReadonlyMap<string, readonly Result[]>>
  /** Every terminal of the filter that is not revoked, by hostname and id, with what it told of every control. */
  fleet(filter: FleetFilter, limits: StaleLimits): Promise<readonly FleetTerminal[]>
}

/** Findings as the journal's events open and close them: kept in the same commit as the events. */
export interface FindingStore {
  /** Open ones, the gravest first, then the oldest. */
  open(terminalId: string): Promise<readonly FindingRecord[]>
  /** Those that closed last. */
  closed(terminalId: string, limit: number): Promise<readonly FindingRecord[]>
  /** Over terminals that are not revoked. */
  countOpen(filter: FleetFilter): Promise<FindingCounts>
}

/**
 * What was tried on terminals, each proof as its terminal signed it. Of each terminal the newest proofs are held, and
 * beyond them the newest on every build that it ever ran.
 */
export interface ProofStore {
  /** False where it is held already. */
  put(proof: NewProof): Promise<boolean>
  /** Newest first. */
  listOf(terminalId: string): Promise<readonly ProofRecord[]>
  find(terminalId: string, sha256: string): Promise<SignedProof | null>
  /** Every build that a terminal which is not revoked was tried on, by name. */
  builds(): Promise<readonly BuildRecord[]>
  /** What was tried on a build, in the order of ids; nothing that was never even named there. */
  itemsOf(build: BuildKey): Promise<readonly BuildItemRecord[]>
  /** The terminals whose newest proof on this build ended so for this item, by hostname and id. */
  terminalsOf(
    build: BuildKey,
    item: string,
    outcome: ProofOutcome | undefined,
    page: PageRequest,
  ): Promise<Page<BuildTerminalRecord>>
}

export interface DocumentStore {
  /** False where the digest is held already; nothing changes then. */
  add(document: NewDocument): Promise<boolean>
  find(digest: string): Promise<DocumentRecord | null>
  list(kind: DocumentRecord['kind'] | undefined, page: PageRequest): Promise<Page<DocumentRecord>>
  /** Every pushed document, in the order of pushes. */
  pushed(): Promise<readonly DocumentRecord[]>
  push(digest: string, by: string, at: string): Promise<void>
  putResult(result: DocumentResult): Promise<void>
  results(digest: string): Promise<readonly DocumentResult[]>
  resultsOf(terminalId: string): Promise<readonly DocumentResult[]>
}

export interface UserStore {
  /** False where the name is taken. */
  add(user: UserRecord): Promise<boolean>
  find(name: string): Promise<UserRecord | null>
  list(): Promise<readonly UserRecord[]>
  change(name: string, change: Partial<Omit<UserRecord, 'name' | 'createdAt'>>): Promise<void>
  remove(name: string): Promise<boolean>
  addSession(session: SessionRecord): Promise<void>
  findSession(idSha256: string): Promise<SessionRecord | null>
  touchSession(idSha256: string, at: string): Promise<void>
  removeSession(idSha256: string): Promise<void>
  /** All sessions of a user, but one. */
  removeSessions(user: string, exceptIdSha256?: string): Promise<void>
  removeSessionsBefore(expires: string): Promise<void>
}

export interface TokenStore {
  add(token: TokenRecord): Promise<void>
  find(id: string): Promise<TokenRecord | null>
  list(): Promise<readonly TokenRecord[]>
  /** Takes one use, atomically; false where none is left or it has expired. */
  use(id: string, now: string): Promise<boolean>
  revoke(id: string): Promise<boolean>
}

export interface AuditStore {
  add(record: AuditRecord): Promise<void>
  list(q: string | undefined, page: PageRequest): Promise<Page<AuditRecord & Readonly<{ id: number }>>>
}

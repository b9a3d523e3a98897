import type { Result, Sentence } from '../../checks/result.ts'
import type { JournalEvent, Severity } from '../../protocol/events.ts'
import type { AppliedPolicy, Envelope, SensorStatus } from '../../protocol/messages.ts'
import type { ProofCounts, ProofOutcome, SignedProof } from '../../protocol/proof.ts'
import type { Zone } from '../../protocol/zone.ts'
import type { ChainState, DocumentKind, DocumentOutcome, PresenceState, Role } from '../words.ts'

/** Instants are UTC in ISO 8601 with milliseconds, so that they sort as text. Digests are lower-case hexadecimal. */

export type Page<Row> = Readonly<{ rows: readonly Row[]; nextCursor: string | null }>
export type PageRequest = Readonly<{ cursor?: string | undefined; limit: number }>

/** How far the collector holds a terminal's journal. `branch` rises with every fork: no line is ever overwritten. */
export type ChainHead = Readonly<{
  branch: number
  seq: number
  hash: string
  state: ChainState
  /** Why it is broken; empty otherwise. */
  detail: string
}>

export type TerminalRecord = Readonly<{
  id: string
  hostname: string
  zone: Zone
  group: string
  os: string
  agentVersion: string
  /** SHA-256 of stable hardware facts, from the enrolment. */
  hardware: string
  /** SHA-256 of the certificate's public key (SubjectPublicKeyInfo, DER). */
  keySha256: string
  certificateExpires: string
  enrolledAt: string
  tokenId: string
  revokedAt: string | null
  revokedReason: string | null
  head: ChainHead
  state: PresenceState
  stateSince: string
  lastHeard: string | null
  policy: AppliedPolicy | null
  sensors: readonly SensorStatus[]
  sensorsAt: string | null
  /** Events that the terminal still holds, by its last heartbeat. */
  pending: number | null
}>

export type NewTerminal = Readonly<
  Pick<
    TerminalRecord,
    | 'id'
    | 'hostname'
    | 'zone'
    | 'group'
    | 'os'
    | 'agentVersion'
    | 'hardware'
    | 'keySha256'
    | 'certificateExpires'
    | 'enrolledAt'
    | 'tokenId'
  >
>

/** What may change with a hello, a heartbeat or a tick of the clock; a field that is absent stays. */
export type TerminalChange = Readonly<{
  id: string
  hostname?: string
  os?: string
  agentVersion?: string
  state?: PresenceState
  stateSince?: string
  lastHeard?: string
  policy?: AppliedPolicy | null
  sensors?: readonly SensorStatus[]
  sensorsAt?: string
  pending?: number
  head?: ChainHead
}>

export type TerminalFilter = Readonly<{
  zone?: Zone | undefined
  state?: PresenceState | undefined
  /** Part of the hostname, the id or the group. */
  q?: string | undefined
}>

export type EventSource = 'terminal' | 'collector'
export type NewStoredEvent = Readonly<{
  terminalId: string
  zone: Zone
  source: EventSource
  branch: number
  /** 0-seq and empty hashes where the collector raised it: stored as null. */
  event: JournalEvent
  receivedAt: string
}>

export type StoredEvent = Readonly<{
  id: number
  terminalId: string
  hostname: string
  zone: Zone
  source: EventSource
  seq: number | null
  branch: number
  at: string
  receivedAt: string
  bootId: string
  kind: JournalEvent['kind']
  lane: 'violation' | 'chatter'
  control: string | null
  severity: Severity
  subject: string
  data: JournalEvent['data']
}>

export type HeldLine = Readonly<{ seq: number; branch: number; hash: string }>

export type EventFilter = Readonly<{
  terminalId?: string | undefined
  zone?: Zone | undefined
  lane?: 'violation' | 'chatter' | undefined
  kind?: string | undefined
  /** This severity and above. */
  minSeverity?: Severity | undefined
  /** Part of the hostname, the subject or the kind. */
  q?: string | undefined
}>

export type SeverityCounts = Readonly<Record<'low' | 'medium' | 'high' | 'critical', number>>
export type ZoneCounts = Readonly<{
  zone: Zone
  terminals: number
  states: Readonly<Record<PresenceState, number>>
  violations: SeverityCounts
}>

/** What a terminal said of all its controls at once. `policyDigest` null: judged against the built-in default. */
export type ResultReport = Readonly<{ at: string; policyDigest: string | null; results: readonly Result[] }>

/** Which terminals are looked at; revoked ones never are. */
export type FleetFilter = Readonly<{
  zone?: Zone | undefined
  group?: string | undefined
  /** Part of the hostname, the id or the group. */
  q?: string | undefined
}>
/** A result that was read before its limit is stale: the policy's by its digest, or the common one. Milliseconds. */
export type StaleLimits = Readonly<{ byPolicy: ReadonlyMap<string, number>; otherwise: number }>

/** What may be known of a control without its words; `null` where the terminal said nothing of it. */
export const toldStates = ['pass', 'fail', 'unknown', 'stale'] as const
export type ToldState = (typeof toldStates)[number]
export type FleetTerminal = Readonly<{
  id: string
  hostname: string
  zone: Zone
  group: string
  state: PresenceState
  /** When it reported last; null: never. */
  reportedAt: string | null
  told(control: string): ToldState | null
}>

/** An open or closed finding, as the journal's events told it; `key` '' is about the whole control. */
export type FindingRecord = Readonly<{
  control: string
  /** Stable while the thing is the same. */
  key: string
  severity: Severity
  outcome: 'fail' | 'unknown'
  text: Sentence
  /** What whoever looks after the terminal does about it; null where only its closing was told. */
  remedy: Sentence | null
  /** How often it came. */
  times: number
  /** Since when it has been so, as the terminal says. */
  openedAt: string
  closedAt: string | null
}>
export type FindingCounts = Readonly<{ findings: number; terminals: number; bySeverity: SeverityCounts }>

export type NewProof = Readonly<{ terminalId: string; sha256: string; signed: SignedProof; receivedAt: string }>

/** A system as proofs are counted by it. `standIn`: it ran on something else that stands in for it. */
export type BuildKey = Readonly<{ os: string; build: string; standIn: string | null }>

/** One proof of one terminal, in short. */
export type ProofRecord = BuildKey &
  Readonly<{
    sha256: string
    startedAt: string
    endedAt: string
    receivedAt: string
    agentVersion: string
    counts: ProofCounts
  }>

/** How many terminals were tried on a build, and of what was tried in how many things the newest proofs ended how. */
export type BuildRecord = BuildKey &
  Readonly<{ terminals: number; lastAt: string; agentVersions: readonly string[]; items: ProofCounts }>

/** One thing that was tried on a build: on how many terminals it ended how. */
export type BuildItemRecord = Readonly<{
  id: string
  title: Sentence
  terminals: ProofCounts
  /** When it was proven, or disproven, last on this build; null: never. */
  lastProvenAt: string | null
  lastDisprovenAt: string | null
}>

export type BuildTerminalRecord = Readonly<{
  terminalId: string
  hostname: string
  zone: Zone
  group: string
  outcome: ProofOutcome
  reason: Sentence
  observed: string
  at: string
  agentVersion: string
}>

export type FactRecord = Readonly<{ check: string; readAt: string; facts: unknown }>

/** Whom a document is meant for; an empty list of groups or terminals means all. */
export type Audience = Readonly<{ zones: readonly Zone[]; groups: readonly string[]; terminals: readonly string[] }>
export type Signer = Readonly<{ keyid: string; holder: string; role: string }>

export type NewDocument = Readonly<{
  digest: string
  kind: DocumentKind
  id: string
  version: number | null
  title: Readonly<{ ja: string; en: string }>
  mode: 'observe' | 'enforce' | null
  audience: Audience
  validFrom: string | null
  expires: string | null
  signers: readonly Signer[]
  envelope: Envelope
  content: unknown
  uploadedAt: string
  uploadedBy: string
}>
export type DocumentRecord = NewDocument &
  Readonly<{
    pushedAt: string | null
    pushedBy: string | null
    /** A higher version of the same id was pushed. */
    superseded: boolean
  }>

export type DocumentResult = Readonly<{
  digest: string
  terminalId: string
  outcome: DocumentOutcome
  code: string
  detail: string
  at: string
}>

export type UserRecord = Readonly<{
  name: string
  role: Role
  /** `scrypt$N$r$p$salt$hash` */
  password: string
  mustChangePassword: boolean
  createdAt: string
  failedSignIns: number
  lockedUntil: string | null
}>

export type SessionRecord = Readonly<{
  /** SHA-256 of the cookie's secret. */
  idSha256: string
  user: string
  createdAt: string
  lastUsed: string
  expires: string
}>

export type TokenRecord = Readonly<{
  id: string
  secretSha256: string
  zone: Zone
  group: string
  /** SHA-256 of the trust root's payload that its terminals start with. */
  rootSha256: string
  usesLeft: number
  expires: string
  createdAt: string
  createdBy: string
}>

export type AuditRecord = Readonly<{
  at: string
  actor: string
  action: string
  subject: string
  outcome: 'done' | 'refused'
  detail: string
  remote: string
}>

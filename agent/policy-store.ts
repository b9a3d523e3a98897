import { TanmoriError } from '../src/errors.ts'
import { type Accepted, type AcceptTerminal, acceptGrant, acceptPolicy } from '../src/policy/accept.ts'
import { acceptRoot } from '../src/policy/accept-root.ts'
import { builtInPolicy } from '../src/policy/built-in.ts'
import type { VerifyCrypto } from '../src/policy/crypto.ts'
import type { Signer } from '../src/policy/envelope.ts'
import type { Grant } from '../src/policy/grant.ts'
import { envelopeOf, type Incoming } from '../src/policy/incoming.ts'
import type { Policy } from '../src/policy/schema.ts'
import type { TrustRoot } from '../src/policy/trust-root.ts'
import { canonicalJson, type NewEvent } from '../src/protocol/events.ts'
import type { AppliedPolicy, Envelope, FromAgent, SensorStatus } from '../src/protocol/messages.ts'
import type { PolicyState } from './guard/policy-state.ts'
import { type FileRead, type Notes, openPolicyFiles, type PolicyFiles, type Slot } from './policy-files.ts'
import { digestOfAny, findHeldVersion } from './policy-incoming.ts'
import { digestOf, type FirstRoot, type Held, loadPolicyFiles, type RootChain } from './policy-load.ts'

export type DocumentKind = 'policy' | 'grant' | 'root' | 'quarantine'
/** For the collector (`policy-result`) and for who called; `code` is an ErrorCode or `ok`. */
export type ApplyResult = Omit<Extract<FromAgent, { type: 'policy-result' }>, 'type'>

export type PolicyStoreDeps = Readonly<{
  dir: string
  crypto: VerifyCrypto
  now: () => Date
  terminal: AcceptTerminal
  /** Null where nobody has set up trust: then nothing can be accepted. */
  firstRoot: FirstRoot | null
  record: (event: NewEvent) => void
  /** Makes the state hold on the machine; a rejection puts the policy before it back. */
  enforce: (state: PolicyState) => Promise<void>
  /** Takes an order or a release under the root in force; throws what its gate throws. */
  quarantine: (order: QuarantineOrder) => Promise<Readonly<{ digest: string; detail: string }>>
}>
export type QuarantineOrder = Readonly<{ incoming: Incoming; root: TrustRoot; source: string }>

export type PolicyStore = Readonly<{
  state(): PolicyState
  applied(): AppliedPolicy | null
  /** One at a time, in the order of the calls. Never rejects. `source`: `center`, `file`. */
  applyEnvelope(document: DocumentKind, incoming: Incoming, source: string): Promise<ApplyResult>
  /** Says once that the policy in force has expired; it goes on holding. */
  checkExpiry(): void
  health(): SensorStatus
  /** Who signed the policy in force, by the root that it was accepted under. */
  signers(): readonly Signer[]
  /** Whether the files on disk are what is held in memory. */
  compareFiles(): readonly Readonly<{ path: string; isAsHeld: boolean }>[]
}>

export function createPolicyStore(deps: PolicyStoreDeps): PolicyStore {
  return new LoadedPolicyStore(deps)
}

class LoadedPolicyStore implements PolicyStore {
  readonly #deps: PolicyStoreDeps
  readonly #files: PolicyFiles
  #roots: RootChain
  #policy: Held<Policy> | null
  #grants: readonly Held<Grant>[]
  #notes: Notes
  readonly #isPolicyLost: boolean
  #lastAt: string | null = null
  #writeFailure: string | null = null
  #queue: Promise<unknown> = Promise.resolve()

  constructor(deps: PolicyStoreDeps) {
    this.#deps = deps
    this.#files = openPolicyFiles(deps.dir)
    const loaded = loadPolicyFiles({ files: this.#files, firstRoot: deps.firstRoot, crypto: deps.crypto })
    const notes = this.#files.notes.read()
    this.#notes = notes.state === 'there' ? notes.content : { seen: {}, expiredSaid: null, mode: null }
    this.#roots = loaded.roots
    this.#policy = loaded.policy
    this.#grants = loaded.grants
    this.#isPolicyLost = loaded.isPolicyLost
    this.#keepRoots()
    for (const { document, path, code, detail } of loaded.distrusted) {
      deps.record({ kind: `${document}.refused`, subject: path, data: { code, detail, source: 'disk' } })
    }
  }

  /** Beside the policy lies the root that vouches for it: after an enrolment elsewhere the old one is still known. */
  #keepRoots(): void {
    const kept = this.#files.roots.read()
    const first = this.#roots[0]
    if (first === undefined) return
    const keptFirst = kept.state === 'there' ? kept.content[0] : undefined
    if (keptFirst !== undefined && digestOf(keptFirst, this.#deps.crypto) === first.digest) return
    try {
      this.#files.roots.write(this.#roots.map(({ envelope }) => envelope))
    } catch (error) {
      this.#writeFailure = `roots: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  state(): PolicyState {
    const grants = this.#grants.map(({ document }) => document)
    return { policy: this.#policy?.document ?? this.#lostPolicy(), grants, terminal: this.#deps.terminal }
  }

  applied(): AppliedPolicy | null {
    if (this.#policy === null) return null
    const { document, slot } = this.#policy
    const { id, version, mode } = document
    const expires = new Date(document.expires).toISOString()
    return { id, version, mode, digest: slot.digest, appliedAt: slot.appliedAt, expires }
  }

  applyEnvelope(document: DocumentKind, incoming: Incoming, source: string): Promise<ApplyResult> {
    const run = this.#queue.then(() => this.#apply(document, incoming, source))
    this.#queue = run
    return run
  }

  checkExpiry(): void {
    if (this.#policy === null) return
    const { document, slot } = this.#policy
    if (this.#deps.now().getTime() < Date.parse(document.expires) || this.#notes.expiredSaid === slot.digest) return
    this.#deps.record({
      kind: 'policy.expired',
      subject: document.id,
      data: { version: document.version, expires: document.expires },
    })
    this.#note({ expiredSaid: slot.digest })
  }

  health(): SensorStatus {
    const failed = this.#writeFailure ?? (this.#isPolicyLost && this.#policy === null ? 'policy file lost' : null)
    const detail = failed ?? (this.#roots.length === 0 ? 'no trust root: nothing can be accepted' : 'ready')
    const state = failed !== null ? 'failed' : this.#roots.length === 0 ? 'degraded' : 'working'
    return { id: 'policy-store', state, lastAt: this.#lastAt, detail: detail.slice(0, 500) }
  }

  signers(): readonly Signer[] {
    return this.#policy?.signers ?? []
  }

  compareFiles(): readonly Readonly<{ path: string; isAsHeld: boolean }>[] {
    const { policy, grants, roots } = this.#files
    const compare = (path: string, read: FileRead<unknown>, held: unknown) => ({
      path,
      isAsHeld: read.state === 'there' && canonicalJson(read.content) === canonicalJson(held),
    })
    const slots = this.#grants.map(({ slot }) => slot)
    const envelopes = this.#roots.map(({ envelope }) => envelope)
    return [
      ...(this.#policy === null ? [] : [compare(policy.path, policy.read(), this.#policy.slot)]),
      ...(slots.length === 0 ? [] : [compare(grants.path, grants.read(), slots)]),
      ...(envelopes.length === 0 ? [] : [compare(roots.path, roots.read(), envelopes)]),
    ]
  }

  async #apply(document: DocumentKind, incoming: Incoming, source: string): Promise<ApplyResult> {
    this.#lastAt = this.#deps.now().toISOString()
    try {
      return await this.#steps[document](incoming, source)
    } catch (error) {
      return this.#refuse({ document, incoming, source, error })
    }
  }

  readonly #steps = {
    policy: (incoming, source) => this.#applyPolicy(incoming, source),
    grant: (incoming, source) => this.#applyGrant(incoming, source),
    root: async (incoming, source) => this.#applyRoot(incoming, source),
    quarantine: (incoming, source) => this.#applyQuarantine(incoming, source),
  } as const satisfies Record<DocumentKind, (incoming: Incoming, source: string) => Promise<ApplyResult>>

  async #applyPolicy(incoming: Incoming, source: string): Promise<ApplyResult> {
    const { terminal, crypto, now } = this.#deps
    const { root, digest: rootDigest } = this.#rootInForce()
    const before = this.#policy
    const isUnderThisRoot = before !== null && this.#roots.some(({ digest }) => digest === before.slot.rootDigest)
    const current = isUnderThisRoot ? { ...idOf(before.document), digest: before.slot.digest } : null
    const seen = before === null || isUnderThisRoot ? this.#notes.seen : {}
    const accepted = acceptPolicy({ incoming, root, now: now(), crypto, terminal, current, seen })
    if (accepted.outcome === 'already') return this.#result('policy', accepted.digest, 'applied', 'already in force')
    const slot = this.#slotOf(accepted, envelopeOf(incoming), rootDigest)
    this.#files.policy.write(slot)
    this.#policy = { document: accepted.document, slot, signers: accepted.signers }
    const failure = await this.#enforce()
    if (failure !== null && before !== null) return await this.#revert(before, accepted, failure, source)
    const { id, version, mode } = accepted.document
    this.#note({ seen: { ...seen, [id]: version }, mode })
    this.#recordApplied('policy', accepted, source, { version, mode })
    this.checkExpiry()
    return this.#result('policy', accepted.digest, 'applied', failure ?? 'applied')
  }

  async #applyGrant(incoming: Incoming, source: string): Promise<ApplyResult> {
    const { terminal, crypto, now } = this.#deps
    const { root, digest: rootDigest } = this.#rootInForce()
    const current = findHeldVersion(incoming, this.#grants)
    const accepted = acceptGrant({ incoming, root, now: now(), crypto, terminal, current })
    if (accepted.outcome === 'already') return this.#result('grant', accepted.digest, 'applied', 'already in force')
    const slot = this.#slotOf(accepted, envelopeOf(incoming), rootDigest)
    const others = this.#grants.filter(
      ({ document }) => document.id !== accepted.document.id && !this.#isLongOver(document),
    )
    const grants = [...others, { document: accepted.document, slot, signers: accepted.signers }]
    this.#files.grants.write(grants.map((one) => one.slot))
    this.#grants = grants
    const failure = await this.#enforce()
    const { version, until, applicant, approver } = accepted.document
    this.#recordApplied('grant', accepted, source, { version, until, applicant, approver })
    return this.#result('grant', accepted.digest, 'applied', failure ?? 'applied')
  }

  #applyRoot(incoming: Incoming, source: string): ApplyResult {
    const { root } = this.#rootInForce()
    const accepted = acceptRoot({ incoming, current: root, crypto: this.#deps.crypto })
    if (accepted.outcome === 'already') return this.#result('root', accepted.digest, 'applied', 'already in force')
    const envelope = envelopeOf(incoming)
    const roots = [...this.#roots, { root: accepted.document, digest: accepted.digest, envelope }]
    this.#files.roots.write(roots.map((one) => one.envelope))
    this.#roots = roots
    this.#recordApplied('root', accepted, source, { version: accepted.document.version })
    return this.#result('root', accepted.digest, 'applied', 'applied')
  }

  /** Its own line in the journal is written where it is put in force. */
  async #applyQuarantine(incoming: Incoming, source: string): Promise<ApplyResult> {
    const { root } = this.#rootInForce()
    const { digest, detail } = await this.#deps.quarantine({ incoming, root, source })
    return this.#result('quarantine', digest, 'applied', detail)
  }

  /** Lost, not never received: the safe side of the zone in the mode that held, until a policy comes again. */
  #lostPolicy(): Policy | null {
    if (!this.#isPolicyLost) return null
    return { ...builtInPolicy(this.#deps.terminal.zone), mode: this.#notes.mode ?? 'enforce' }
  }

  #rootInForce(): RootChain[number] {
    const last = this.#roots.at(-1)
    if (last !== undefined) return last
    throw new TanmoriError('root.invalid', 'this terminal has no trust root: enrol it, or lay down trust-root.json')
  }

  #isLongOver(grant: Grant): boolean {
    return Date.parse(grant.until) < this.#deps.now().getTime() - keepEndedMs
  }

  #slotOf(accepted: Accepted<unknown>, envelope: Envelope, rootDigest: string): Slot {
    return { envelope, digest: accepted.digest, rootDigest, appliedAt: this.#deps.now().toISOString() }
  }

  async #enforce(): Promise<string | null> {
    try {
      await this.#deps.enforce(this.state())
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  async #revert(
    before: Held<Policy>,
    accepted: Accepted<Policy>,
    failure: string,
    source: string,
  ): Promise<ApplyResult> {
    this.#files.policy.write(before.slot)
    this.#policy = before
    await this.#enforce()
    const { id: subject, version } = accepted.document
    const data = { code: 'platform.failed', detail: failure, source, version, reverted: true }
    this.#deps.record({ kind: 'policy.refused', subject, data })
    return { ...this.#result('policy', accepted.digest, 'reverted', failure), code: 'platform.failed' }
  }

  #refuse(
    refusal: Readonly<{ document: DocumentKind; incoming: Incoming; source: string; error: unknown }>,
  ): ApplyResult {
    const { document, incoming, source, error } = refusal
    const code = error instanceof TanmoriError ? error.code : 'platform.failed'
    const detail = (error instanceof Error ? error.message : String(error)).slice(0, 2000)
    if (!(error instanceof TanmoriError)) this.#writeFailure = detail
    const digest = digestOfAny(incoming, this.#deps.crypto)
    this.#deps.record({ kind: `${document}.refused`, subject: digest, data: { code, detail, source } })
    return { ...this.#result(document, digest, 'refused', detail), code }
  }

  #recordApplied<T extends Readonly<{ version: number }>>(
    document: Exclude<DocumentKind, 'quarantine'>,
    accepted: Accepted<T>,
    source: string,
    data: Readonly<Record<string, unknown>>,
  ): void {
    this.#writeFailure = null
    const { digest, signers } = accepted
    const subject = subjectOf(accepted.document, document)
    this.#deps.record({ kind: `${document}.applied`, subject, data: { ...data, digest, signers, source } })
  }

  #result(document: DocumentKind, digest: string, outcome: ApplyResult['outcome'], detail: string): ApplyResult {
    return { document, digest, outcome, code: 'ok', detail: detail.slice(0, 2000), policy: this.applied() }
  }

  #note(change: Partial<Notes>): void {
    this.#notes = { ...this.#notes, ...change }
    try {
      this.#files.notes.write(this.#notes)
    } catch (error) {
      this.#writeFailure = `notes: ${error instanceof Error ? error.message : String(error)}`
    }
  }
}

/** An ended grant stays this long, so that its version cannot come back meanwhile. */
const keepEndedMs = 400 * 86_400_000

function idOf({ id, version }: Readonly<{ id: string; version: number }>): Readonly<{ id: string; version: number }> {
  return { id, version }
}

function subjectOf(document: object, kind: DocumentKind): string {
  return 'id' in document && typeof document.id === 'string' ? document.id : kind
}

import type { Log } from '../../../src/log.ts'
import type { AcceptTerminal } from '../../../src/policy/accept.ts'
import { acceptQuarantine } from '../../../src/policy/accept-quarantine.ts'
import type { VerifyCrypto } from '../../../src/policy/crypto.ts'
import type { Incoming } from '../../../src/policy/incoming.ts'
import type { Policy } from '../../../src/policy/schema.ts'
import type { TrustRoot } from '../../../src/policy/trust-root.ts'
import type { JournalEvent, NewEvent } from '../../../src/protocol/events.ts'
import type { SensorStatus } from '../../../src/protocol/messages.ts'
import type { Notice, Platform, QuarantineObservation, QuarantineWanted } from '../../platform/platform.ts'
import type { KeptFile } from '../../policy-files.ts'
import type { Timers } from '../../timers.ts'
import type { CenterPlace } from './destinations.ts'
import { mayBeMalware } from './malware.ts'
import { formatCut, formatLifted } from './notice.ts'
import { type Cut, emptyRecord, localId, type QuarantineRecord, withDocument, withLocalCut } from './record.ts'
import { QuarantineRules } from './rules.ts'
import { quarantineSensor } from './sensor.ts'
import { takeMalware } from './take-malware.ts'

export type QuarantineDeps = Readonly<{
  platform: Pick<Platform, 'applyQuarantine' | 'observeQuarantine' | 'readResolvers'>
  file: KeptFile<QuarantineRecord>
  crypto: VerifyCrypto
  terminal: AcceptTerminal
  findCenter(): Promise<CenterPlace | null>
  isConnected(): boolean
  policy(): Policy | null
  record(event: NewEvent): void
  notify(notice: Notice): void
  /** The journal's newest lines, oldest first; those after `afterSeq`, where it is given. */
  recent(afterSeq?: number): readonly JournalEvent[]
  /** Eight hexadecimal digits that nobody can foresee. */
  randomId(): string
  now(): Date
  timers: Timers
  log: Log
}>

/** `detail`: what was observed of it. */
export type Taken = Readonly<{ digest: string; outcome: 'new' | 'already'; detail: string }>

export type QuarantineStatus = Readonly<{
  isOn: boolean
  cuts: readonly Cut[]
  observed: QuarantineObservation
}>

/** Cutting this terminal off the network: by a signed order or because of malware; ended by a valid release alone. */
export type QuarantineGuard = Readonly<{
  /** Takes up what was in force before. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Throws what the gate throws; nothing has changed then. */
  apply(input: Readonly<{ incoming: Incoming; root: TrustRoot; source: string }>): Promise<Taken>
  /** Something that may be malware was just recorded. */
  nudge(): void
  status(): QuarantineStatus
  sensor(): SensorStatus
}>

const lookMs = 10_000
/** Lines without malware that may be looked through once more after a kill. */
const linesUnkept = 200
/** Looked up again this often while the center answers, every look while it does not. */
const looksPerLookup = 60

export function createQuarantine(deps: QuarantineDeps): QuarantineGuard {
  return new RunningQuarantine(deps)
}

class RunningQuarantine implements QuarantineGuard {
  readonly #deps: QuarantineDeps
  readonly #rules: QuarantineRules
  #record: QuarantineRecord
  /** Up to here; the record follows where it matters. */
  #lookedUpTo = 0
  #wanted: QuarantineWanted = { mode: 'off' }
  #needsNames = false
  #lookedAt: string | null = null
  #failure = ''
  #looks = 0
  #isStopped = false
  #cancel: () => void = () => undefined
  #queue: Promise<unknown> = Promise.resolve()

  constructor(deps: QuarantineDeps) {
    this.#deps = deps
    this.#rules = new QuarantineRules({ ...deps, onTampered: (detail) => this.#tellTampered(detail) })
    this.#record = emptyRecord(0)
  }

  start(): Promise<void> {
    return this.#next(async () => {
      await this.#attempt(() => this.#load())
      await this.#look()
      this.#tick()
    })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    await this.#queue
    if (this.#lookedUpTo > this.#record.lookedUpTo) {
      await this.#attempt(async () => this.#keep({ ...this.#record, lookedUpTo: this.#lookedUpTo }))
    }
  }

  nudge(): void {
    void this.#next(() => this.#look())
  }

  apply(input: Readonly<{ incoming: Incoming; root: TrustRoot; source: string }>): Promise<Taken> {
    return this.#next(async () => {
      const { crypto, terminal, now } = this.#deps
      const { incoming, root, source } = input
      const { seen } = this.#record
      const accepted = acceptQuarantine({
        incoming,
        root,
        crypto,
        terminal,
        now: now(),
        seen,
        policy: this.#deps.policy(),
      })
      const { document, digest, signers, outcome } = accepted
      if (outcome === 'already') return { digest, outcome, detail: 'already taken' }
      const by = signers.map(({ holder }) => holder).join(', ')
      const at = now().toISOString()
      this.#keep(withDocument(this.#record, { document, digest, by, source, at }))
      await this.#look()
      const { state, detail } = this.#rules.observed
      return { digest, outcome, detail: state === 'in-force' ? detail : `taken, and not yet in force: ${detail}` }
    })
  }

  status(): QuarantineStatus {
    return { isOn: this.#record.cuts.length > 0, cuts: this.#record.cuts, observed: this.#rules.observed }
  }

  sensor(): SensorStatus {
    const { isOn, observed } = this.status()
    return quarantineSensor({ failure: this.#failure, observed, isOn, lookedAt: this.#lookedAt })
  }

  /** One thing at a time: an order in the middle of a look would be half of each. */
  #next<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(run)
    this.#queue = result.catch(() => undefined)
    return result
  }

  #tick(): void {
    if (this.#isStopped) return
    this.#cancel = this.#deps.timers.after(lookMs, () => {
      void this.#next(() => this.#look()).finally(() => this.#tick())
    })
  }

  /** A record that is lost while the network is cut keeps it cut: only a release opens, and nobody saw one. */
  async #load(): Promise<void> {
    const { file, recent, platform, now, randomId } = this.#deps
    const kept = file.read()
    const previous = kept.state === 'bad' ? file.read(file.previousPath) : kept
    if (previous.state === 'there') this.#record = previous.content
    else this.#record = emptyRecord(recent().at(-1)?.seq ?? 0)
    this.#lookedUpTo = this.#record.lookedUpTo
    if (kept.state === 'there') return
    this.#keep(this.#record)
    const { state } = await platform.observeQuarantine({ mode: 'off' })
    // A system that cannot say whether it is cut must not lock a terminal out that never was.
    const wasCut = state === 'differs' || (state === 'failed' && recent().some(({ kind }) => kind === 'quarantine.on'))
    if (!wasCut || this.#record.cuts.length > 0) return
    const at = now()
    const id = localId('lost', at, randomId())
    const reason = `the record of earlier orders is ${kept.state === 'bad' ? 'damaged' : 'missing'}`
    this.#keep(withLocalCut(this.#record, { id, cause: 'lost', since: at.toISOString(), reason, by: null }, {}))
  }

  #look(): Promise<void> {
    return this.#attempt(async () => {
      this.#lookForMalware()
      await this.#findExceptions()
      await this.#rules.enforce(this.#wanted)
      this.#noteRestored()
      this.#tellOwed()
      this.#failure = ''
    })
  }

  async #attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run()
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error)
      this.#deps.log.error({ detail: this.#failure }, 'quarantine: what was asked of the system failed')
    }
    this.#lookedAt = this.#deps.now().toISOString()
  }

  #lookForMalware(): void {
    const lines = this.#deps.recent(this.#lookedUpTo).filter(({ seq }) => seq > this.#lookedUpTo)
    const last = lines.at(-1)
    if (last === undefined) return
    // What is no malware may be looked at twice: the disk is not waited for at every line of the journal.
    if (!lines.some(mayBeMalware) && last.seq - this.#record.lookedUpTo < linesUnkept) {
      this.#lookedUpTo = last.seq
      return
    }
    const { randomId, now } = this.#deps
    const taken = takeMalware(this.#record, lines, { policy: this.#deps.policy(), randomId, now })
    for (const refusal of taken.refusals) this.#deps.record(refusal)
    this.#keep({ ...taken.record, lookedUpTo: last.seq })
    this.#lookedUpTo = last.seq
  }

  /** What must stay reachable: the center by its address, and name servers where it is known by a name. */
  async #findExceptions(): Promise<void> {
    this.#looks += 1
    const isOn = this.#record.cuts.length > 0
    const isDue = this.#looks % looksPerLookup === 1 || (isOn && !this.#deps.isConnected())
    const place = isDue ? await this.#deps.findCenter() : undefined
    if (place === null) this.#keepCenter([])
    else if (place !== undefined) {
      this.#needsNames = place.name !== null
      if (place.endpoints.length > 0) this.#keepCenter(place.endpoints)
    }
    const resolvers = isOn && this.#needsNames ? await this.#deps.platform.readResolvers() : []
    this.#wanted = isOn ? { mode: 'on', center: this.#record.center, resolvers } : { mode: 'off' }
  }

  #keepCenter(center: QuarantineRecord['center']): void {
    if (JSON.stringify(center) !== JSON.stringify(this.#record.center)) this.#keep({ ...this.#record, center })
  }

  /** Somebody took the rules away and they were put back at once: told for each time that it was seen. */
  #noteRestored(): void {
    const { restored } = this.#rules.observed
    const before = this.#record.restored
    if (restored === before) return
    if (restored > before) this.#tellTampered(`the rules were taken away and put back ${restored - before} times`)
    this.#keep({ ...this.#record, restored })
  }

  #tellTampered(detail: string): void {
    this.#deps.record({
      kind: 'guard.tampered',
      control: 'net.quarantine',
      subject: 'quarantine',
      data: { detail, cuts: this.#record.cuts.map(({ id }) => id) },
    })
  }

  /** Each line once: what the journal already holds was told by the process before this one. */
  #tellOwed(): void {
    const { owed } = this.#record
    if (owed.length === 0) return
    const told = new Set(this.#deps.recent().map(({ data }) => data.note))
    for (const { note, kind, subject, data } of owed) {
      if (told.has(note)) continue
      const { state, detail } = this.#rules.observed
      const observed = { isInForce: state === 'in-force', observed: detail }
      this.#deps.record({ kind, control: 'net.quarantine', subject, data: { ...data, note, ...observed } })
      this.#tellPerson(kind, subject)
    }
    this.#keep({ ...this.#record, owed: [] })
  }

  #tellPerson(kind: 'quarantine.on' | 'quarantine.off', id: string): void {
    if (this.#deps.policy()?.response.notifyUser === false) return
    const { cuts } = this.#record
    const cut = cuts.find((one) => one.id === id)
    if (kind === 'quarantine.off') this.#deps.notify(formatLifted(id, cuts, this.#deps.policy()))
    else if (cut !== undefined) this.#deps.notify(formatCut(cut, this.#deps.policy()))
  }

  #keep(record: QuarantineRecord): void {
    this.#deps.file.write(record)
    this.#record = record
  }
}

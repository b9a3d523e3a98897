import type { Result } from '../../src/checks/result.ts'
import {
  type FromAgent,
  type PluggedDevice,
  limits as protocolLimits,
  type SensorStatus,
} from '../../src/protocol/messages.ts'
import type { SignedProof } from '../../src/protocol/proof.ts'
import { proofDigest } from '../../src/signed-proof.ts'
import type { Journal } from '../journal/journal.ts'
import type { PolicyStore } from '../policy-store.ts'
import type { Timers } from '../timers.ts'
import { fitResults } from './fit-results.ts'
import type { UplinkLimits } from './limits.ts'

export type TellerDeps = Readonly<{
  journal: Pick<Journal, 'pending'>
  policy: Pick<PolicyStore, 'applied'>
  sensors: () => readonly SensorStatus[]
  plugged: () => readonly PluggedDevice[]
  checks: ToldChecks
  /** Proofs that the center does not have yet. */
  proofs: Readonly<{ untold: () => readonly SignedProof[] }>
  send: (message: FromAgent) => void
  ping: () => void
  now: () => Date
  timers: Timers
  limits: Pick<UplinkLimits, 'coalesceMs' | 'coalesceChecksMs'>
}>

/** What the checks have to tell. */
export type ToldChecks = Readonly<{
  results: () => readonly Result[]
  policyDigest: () => string | null
  untoldFacts: (maxBytes: number) => Iterable<ToldFacts>
  noteTold: (check: string, hash: string) => void
}>
type ToldFacts = Readonly<{ check: string; readAt: string; hash: string; facts: unknown }>
/** `facts` are the devices plugged in; those of the checks go with their results. */
export type Tellable = 'status' | 'facts' | 'checks' | 'proofs'

/** Room for the frame around what it carries. */
const maxBodyBytes = protocolLimits.maxFrameBytes - 16_384

/** What the terminal tells of itself on one connection, beside its journal. */
export class Teller {
  readonly #deps: TellerDeps
  readonly #pending = new Map<Tellable, () => void>()
  /** Facts sent on this connection, by check, and those that each ping still waits to be heard of. */
  readonly #sentFacts = new Map<string, string>()
  readonly #sentProofs = new Set<string>()
  readonly #unheard: ToldFacts[][] = []
  #sinceLastPing: ToldFacts[] = []

  constructor(deps: TellerDeps) {
    this.#deps = deps
  }

  /** Once for all changes within a moment. */
  tellSoon(what: Tellable): void {
    if (this.#pending.has(what)) return
    const { coalesceMs, coalesceChecksMs } = this.#deps.limits
    const cancel = this.#deps.timers.after(what === 'checks' ? coalesceChecksMs : coalesceMs, () => {
      this.#pending.delete(what)
      this.tell(what)
    })
    this.#pending.set(what, cancel)
  }

  tell(...all: readonly Tellable[]): void {
    for (const what of all) this.#tellers[what]()
  }

  /** A ping goes out behind all that was told. */
  notePing(): void {
    this.#unheard.push(this.#sinceLastPing)
    this.#sinceLastPing = []
  }

  /** The other side has what was told before the oldest ping that was not answered yet. */
  notePong(): void {
    for (const { check, hash } of this.#unheard.shift() ?? []) this.#deps.checks.noteTold(check, hash)
  }

  stop(): void {
    for (const cancel of this.#pending.values()) cancel()
  }

  readonly #tellers = {
    status: () => this.#tellStatus(),
    facts: () => this.#tellPlugged(),
    checks: () => this.#tellChecks(),
    proofs: () => this.#tellProofs(),
  } as const satisfies Record<Tellable, () => void>

  #tellStatus(): void {
    const { sensors, policy, journal, now, send } = this.#deps
    const list = sensors().slice(0, 64)
    const at = now().toISOString()
    send({ type: 'status', at, sensors: list, policy: policy.applied(), pending: journal.pending() })
  }

  #tellPlugged(): void {
    const readAt = this.#deps.now().toISOString()
    const devices = [...this.#deps.plugged()]
    while (JSON.stringify(devices).length * 2 > protocolLimits.maxFrameBytes) devices.pop()
    this.#deps.send({ type: 'facts', check: 'device.plugged', readAt, facts: JSON.parse(JSON.stringify(devices)) })
  }

  /** Facts that changed, then the results that rest on them. Nobody acknowledges them: a pong says that they came over. */
  #tellChecks(): void {
    const { checks, now, send, ping } = this.#deps
    for (const told of checks.untoldFacts(maxBodyBytes)) {
      if (this.#sentFacts.get(told.check) === told.hash) continue
      const { check, readAt, facts } = told
      send({ type: 'facts', check, readAt, facts: JSON.parse(JSON.stringify(facts)) })
      this.#sentFacts.set(check, told.hash)
      this.#sinceLastPing.push(told)
    }
    const results = fitResults(checks.results(), maxBodyBytes)
    send({ type: 'results', at: now().toISOString(), policyDigest: checks.policyDigest(), results })
    if (this.#sinceLastPing.length > 0) ping()
  }

  /** Each once per connection, until the center has acknowledged it. */
  #tellProofs(): void {
    for (const signed of this.#deps.proofs.untold()) {
      const sha256 = proofDigest(signed.proof)
      if (this.#sentProofs.has(sha256)) continue
      this.#sentProofs.add(sha256)
      this.#deps.send({ type: 'proof', signed })
    }
  }
}

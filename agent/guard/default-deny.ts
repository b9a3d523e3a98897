import type { NewEvent } from '../../src/protocol/events.ts'
import type { SensorStatus } from '../../src/protocol/messages.ts'
import type { Baseline, BaselineObservation, Platform, Restoration } from '../platform/platform.ts'

export type DefaultDenyDeps = Readonly<{ platform: Platform; record(event: NewEvent): void; now(): Date }>

/** How long the system may take to put the rules in force before it is called late. */
const patienceMs = 60_000
const lookAgainMs = 1_000
/** A host controller that has just come is made to deny by udev's rule in a moment: not tampering yet. */
const settleMs = 5_000

/** Has the default deny put in force as the policy wants it, watches that it stays so, and puts it back where it does not. */
export class DefaultDeny {
  readonly #deps: DefaultDenyDeps
  #wanted: Baseline | null = null
  #observed: BaselineObservation = { state: 'differs', detail: 'not looked yet' }
  #askedAtMs = 0
  #wasInForce = false
  #differsSinceMs: number | null = null
  /** Told of last. */
  #restorationId = 0
  /** It was on, by this process or the one before: taking it away opens what it closed. */
  #wasOn: boolean

  constructor(deps: DefaultDenyDeps, wasOn: boolean) {
    this.#deps = deps
    this.#wasOn = wasOn
  }

  /** Asks for it where it is not what was asked for last, and looks what is so. */
  async want(baseline: Baseline): Promise<void> {
    if (JSON.stringify(baseline) !== JSON.stringify(this.#wanted)) {
      this.#wanted = baseline
      this.#wasInForce = false
      this.#differsSinceMs = null
      this.#observed = await this.#deps.platform.observeBaseline(baseline)
      // What is so already is not asked for: an agent that starts must not rewrite the system.
      if (this.#observed.state === 'differs') await this.#ask()
    }
    await this.look()
  }

  /** Looks what is so now; where it was in force and no longer is, tells it and asks for it again. */
  async look(): Promise<void> {
    if (this.#wanted === null) return
    this.#observed = await this.#deps.platform.observeBaseline(this.#wanted)
    this.#tellRestored(this.#observed.restored ?? [])
    if (this.#observed.state === 'in-force') {
      this.#wasInForce = true
      this.#differsSinceMs = null
      return
    }
    if (this.#observed.state === 'unsupported') return
    const nowMs = this.#deps.now().getTime()
    this.#differsSinceMs ??= nowMs
    if (this.#wasInForce && nowMs - this.#differsSinceMs < settleMs) return
    if (this.#wasInForce) {
      this.#wasInForce = false
      this.#deps.record({
        kind: 'guard.tampered',
        subject: 'default deny',
        data: { detail: this.#observed.detail, wanted: this.#wanted.mode },
      })
      await this.#ask()
    } else if (nowMs - this.#askedAtMs > patienceMs) await this.#ask()
  }

  /** Before the agent ends. Where it cannot be had, the end goes on. */
  async tellLast(): Promise<void> {
    this.#tellRestored(await this.#deps.platform.endRestorations().catch(() => []))
  }

  get mode(): 'on' | 'off' {
    return this.#wanted?.mode ?? (this.#wasOn ? 'on' : 'off')
  }

  get isHeld(): boolean {
    return this.#wanted?.mode === 'on' && this.#observed.state !== 'unsupported' && this.#wasInForce
  }

  /** Whether what is closed may have been closed by us. */
  get mayOpen(): boolean {
    return this.#wanted?.mode === 'on' || this.#wasOn
  }

  /** After a pass with nothing in force, what this agent had closed is open again. */
  notePassed(): void {
    if (this.#wanted === null) return
    this.#wasOn = this.#wanted.mode === 'on' || (this.#wasOn && this.#observed.state !== 'in-force')
  }

  /** When to look again without an occasion, in milliseconds since 1970; null where all is as wanted. */
  nextLookMs(): number | null {
    return this.#wanted === null || this.#observed.state !== 'differs' ? null : this.#deps.now().getTime() + lookAgainMs
  }

  sensor(): SensorStatus {
    const lastAt = this.#deps.now().toISOString()
    const { state, detail } = this.#observed
    if (this.#wanted === null) return { id: 'guard.default-deny', state: 'off', lastAt: null, detail: 'no policy yet' }
    if (state === 'unsupported')
      return { id: 'guard.default-deny', state: 'failed', lastAt, detail: detail.slice(0, 500) }
    if (state === 'differs')
      return { id: 'guard.default-deny', state: 'degraded', lastAt, detail: detail.slice(0, 500) }
    const isOn = this.#wanted.mode === 'on'
    return { id: 'guard.default-deny', state: isOn ? 'working' : 'off', lastAt, detail }
  }

  /** Put back before anybody looked: tampering all the same, and told once. */
  #tellRestored(restored: readonly Restoration[]): void {
    for (const { id, at, detail } of restored) {
      if (id <= this.#restorationId) continue
      this.#restorationId = id
      const data = { detail, at, wanted: this.#wanted?.mode ?? 'off', isRestored: true }
      this.#deps.record({ kind: 'guard.tampered', subject: 'default deny', data })
    }
  }

  async #ask(): Promise<void> {
    if (this.#wanted === null) return
    this.#askedAtMs = this.#deps.now().getTime()
    await this.#deps.platform.applyBaseline(this.#wanted)
  }
}

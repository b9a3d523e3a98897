import type { Check, JudgeContext, System, Trigger } from '../../src/checks/check.ts'
import type { AgentFact } from '../../src/checks/reading.ts'
import type { Result } from '../../src/checks/result.ts'
import { TanmoriError } from '../../src/errors.ts'
import type { Log } from '../../src/log.ts'
import type { SensorStatus } from '../../src/protocol/messages.ts'
import type { Journal } from '../journal/journal.ts'
import type { Platform } from '../platform/platform.ts'
import { runCheck } from '../run-checks.ts'
import type { Timers } from '../timers.ts'
import { isBenched } from './budget.ts'
import type { OpenFinding } from './findings.ts'
import { findControlGrant } from './grants.ts'
import { Judge } from './judge.ts'
import type { LifecycleSource } from './lifecycle-source.ts'
import type { ChecksMemory } from './memory.ts'
import type { PolicyNow } from './policy-now.ts'
import { CheckQueue } from './queue.ts'
import { recoverFindings } from './recover.ts'
import { ageMs, type Instant, resultOf } from './result.ts'
import { Rounds } from './rounds.ts'
import type { CheckState } from './state.ts'
import { Touches } from './touches.ts'
import type { Turn } from './turn.ts'
import { type UntoldFacts, untoldFacts } from './untold.ts'

export type ChecksDeps = Readonly<{
  checks: readonly Check[]
  system: System
  platform: Pick<Platform, 'read' | 'readCpuMs' | 'watchPaths' | 'watchChanges'>
  memory: ChecksMemory
  journal: Pick<Journal, 'append' | 'appendAll' | 'last' | 'unacknowledged' | 'list'>
  policy: () => PolicyNow
  lifecycle: LifecycleSource
  readAgentFact: (about: AgentFact) => Promise<unknown>
  /** Checks whose baseline is kept elsewhere, with what accepts it anew. */
  acceptOther?: Readonly<Record<string, () => Promise<void>>>
  /** Some time after checks were read. */
  releaseMemory?: (turn: Turn) => Promise<void>
  /** Taken between any two pieces of work. */
  turn: Turn
  bootId: string
  now: () => Date
  /** Since the boot, time asleep included. */
  uptimeMs: () => number
  nowMs: () => number
  timers: Timers
  log: Log
}>

/** One control as `tanmori doctor` tells of it. */
export type CheckDetail = Readonly<{ control: string; state: CheckState; isBenched: boolean }>

export type Checks = Readonly<{
  /** Returns at once; the first round begins a moment later. */
  start(): void
  stop(): Promise<void>
  results(): readonly Result[]
  policyDigest(): string | null
  findings(): readonly OpenFinding[]
  details(): readonly CheckDetail[]
  sensor(): SensorStatus
  /** Reads these now, also those that are set aside; none named: all. Throws `usage` for an id that is no check's. */
  run(controls: readonly string[]): Promise<void>
  /** What was read last is right from now on. Throws `usage` where the check has no baseline or was never read. */
  acceptBaseline(control: string, reason: string): Promise<void>
  trigger(trigger: Trigger): void
  /** The policy or a grant changed: all is judged anew at once and read anew soon. */
  policyChanged(): void
  untoldFacts(maxBytes: number): Iterable<UntoldFacts>
  /** The center has received facts with this hash. */
  noteTold(control: string, hash: string): void
  onChange(listener: () => void): void
}>

export function createChecks(deps: ChecksDeps): Checks {
  return new CheckEngine(deps)
}

const tickMs = 30_000
const releaseAfterMs = 30_000
const releaseAfterRoundMs = 1_000

/** What the agent knows of itself that a policy changes. */
const policyFacts: ReadonlySet<AgentFact> = new Set(['default-deny', 'devices', 'policy', 'quarantine', 'import-scan'])

class CheckEngine implements Checks {
  readonly #deps: ChecksDeps
  readonly #byControl: ReadonlyMap<string, Check>
  readonly #judge: Judge
  readonly #queue: CheckQueue
  readonly #rounds: Rounds
  readonly #touches: Touches
  readonly #listeners = new Set<() => void>()
  readonly #abort = new AbortController()
  readonly #createdAt: Date
  #trouble: string | null = null
  #staleBefore = ''
  #cancelTick: () => void = () => undefined
  #isReleaseDue = false
  #cancelRelease: () => void = () => undefined

  constructor(deps: ChecksDeps) {
    this.#deps = deps
    this.#createdAt = deps.now()
    this.#byControl = new Map(deps.checks.map((check) => [check.id, check]))
    this.#judge = new Judge(deps)
    this.#queue = new CheckQueue((control) => this.#runOne(control))
    this.#rounds = new Rounds({
      ...deps,
      due: (isForced) => this.#due(isForced),
      run: (control, isUrgent) => this.#queue.push(control, isUrgent),
      costOf: (control) => deps.memory.states.get(control)?.run?.cpuMs ?? 0,
      bench: (benching) => this.#judge.bench(benching),
      unbench: (control) => this.#judge.unbench(control),
      policy: () => deps.policy().policy,
      onEnd: () => this.#releaseSoon(releaseAfterRoundMs),
    })
    this.#touches = new Touches({
      ...deps,
      context: () => this.#readContext(),
      isOff: (check) => this.#isOff(check),
      costOf: (control) => deps.memory.states.get(control)?.run?.cpuMs ?? 0,
      run: (control) => this.#queue.push(control, true),
    })
  }

  start(): void {
    try {
      recoverFindings(this.#deps.memory, this.#deps.journal)
    } catch (error) {
      this.#fail('recover', error)
    }
    this.#touches.start()
    this.#rounds.start()
    this.#tick()
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    this.#cancelTick()
    this.#cancelRelease()
    this.#touches.stop()
    this.#queue.stop()
    await this.#rounds.stop()
    this.#deps.memory.close()
  }

  results(): readonly Result[] {
    const { policy, grants, terminal } = this.#deps.policy()
    const at = this.#at()
    return this.#deps.checks.flatMap((check) => {
      if (this.#isOff(check)) return []
      const grantId = findControlGrant(check.id, grants, terminal, at.now)
      const state = this.#deps.memory.states.get(check.id)
      return resultOf(check.id, state, { policy, at, grantId, asOf: this.#createdAt }) ?? []
    })
  }

  policyDigest(): string | null {
    return this.#deps.policy().digest
  }

  findings(): readonly OpenFinding[] {
    return this.#deps.memory.open
  }

  details(): readonly CheckDetail[] {
    const { policy } = this.#deps.policy()
    const now = this.#deps.now()
    return this.#deps.checks.flatMap(({ id }) => {
      const state = this.#deps.memory.states.get(id)
      return state === undefined ? [] : [{ control: id, state, isBenched: isBenched(state, policy, now) }]
    })
  }

  sensor(): SensorStatus {
    const { memory } = this.#deps
    const benched = this.details().filter((detail) => detail.isBenched)
    const troubles = [this.#trouble, memory.trouble, this.#judge.trouble, this.#touches.trouble].filter(
      (one) => one !== null,
    )
    const notes = [
      ...troubles,
      `${memory.states.size} of ${this.#deps.checks.length} checks read`,
      ...(benched.length === 0 ? [] : [`set aside for a while: ${benched.map(({ control }) => control).join(', ')}`]),
    ]
    const state = troubles.length === 0 ? 'working' : 'degraded'
    return { id: 'checks', state, lastAt: this.#rounds.lastAt, detail: notes.join('; ').slice(0, 500) }
  }

  async run(controls: readonly string[]): Promise<void> {
    const unknown = controls.filter((control) => !this.#byControl.has(control))
    if (unknown.length > 0) throw new TanmoriError('usage', `no check is called ${unknown.join(', ')}`)
    if (controls.length === 0) await this.#rounds.runNow()
    else await Promise.all(controls.map((control) => this.#queue.push(control, true)))
  }

  async acceptBaseline(control: string, reason: string): Promise<void> {
    const check = this.#byControl.get(control)
    const acceptOther = this.#deps.acceptOther?.[control]
    if (check !== undefined && acceptOther !== undefined)
      return await this.#acceptElsewhere(control, acceptOther, reason)
    if (check === undefined || check.baseline === 'none') {
      const own = this.#deps.checks.filter(({ baseline }) => baseline !== 'none').map(({ id }) => id)
      const known = [...own, ...Object.keys(this.#deps.acceptOther ?? {})]
      throw new TanmoriError('usage', `wanted a check with a baseline (${known.join(', ')}), came ${control}`)
    }
    const facts = this.#deps.memory.facts(control)
    if (facts === null) throw new TanmoriError('usage', `${control}: nothing was read yet that could be accepted`)
    this.#judge.acceptBaseline(control, facts, reason)
    this.#rejudge(check)
    this.#changed()
  }

  async #acceptElsewhere(control: string, accept: () => Promise<void>, reason: string): Promise<void> {
    await accept()
    this.#judge.tellBaseline(control, { reason, isFirst: false })
    await this.#queue.push(control, true)
  }

  trigger(trigger: Trigger): void {
    this.#touches.trigger(trigger)
  }

  policyChanged(): void {
    void this.#rejudgeAll().then(() => {
      this.#touches.watchAgain()
      this.#rounds.restart()
    })
  }

  untoldFacts(maxBytes: number): Iterable<UntoldFacts> {
    // The uplink ends after the checks: what they keep is closed by then.
    if (this.#abort.signal.aborted) return []
    return untoldFacts(this.#deps.memory, maxBytes)
  }

  noteTold(control: string, hash: string): void {
    if (this.#abort.signal.aborted) return
    if (this.#deps.memory.factsHash(control)?.hash === hash) this.#deps.memory.keep({ told: [[control, hash]] })
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener)
  }

  /** What a round reads: not what is off, set aside, or was read lately enough. */
  async #due(isForced: boolean): Promise<readonly string[]> {
    const { policy } = this.#deps.policy()
    const at = this.#at()
    const due: string[] = []
    await this.#deps.lifecycle.load(this.#deps.turn)
    for (const check of this.#deps.checks) {
      await this.#deps.turn()
      if (this.#abort.signal.aborted) return []
      const state = this.#deps.memory.states.get(check.id)
      if (this.#isOff(check)) this.#guarded(check.id, () => this.#judge.dismiss(check))
      else if (isForced || state === undefined) due.push(check.id)
      else if (!isBenched(state, policy, at.now) && !isRecent(check, state, at)) due.push(check.id)
      else this.#guarded(check.id, () => this.#rejudge(check))
    }
    this.#guarded('findings', () => this.#judge.dismissUnknown(this.#byControl))
    return due
  }

  async #runOne(control: string): Promise<void> {
    const check = this.#byControl.get(control)
    await this.#deps.lifecycle.load(this.#deps.turn)
    if (check === undefined || this.#isOff(check) || this.#abort.signal.aborted) return
    const context = { ...this.#readContext(), previous: this.#deps.memory.facts(check.id)?.facts }
    const run = await runCheck(check, context, { ...this.#deps, signal: this.#abort.signal })
    for (const step of [
      () => this.#judge.keepFacts(check, run),
      () => this.#judge.apply(check, run.facts, run, this.#judgeContext(check), this.#at()),
      () => this.#changed(),
    ]) {
      await this.#deps.turn()
      // Cut off in the middle, it would say of every check that it could not be read.
      if (this.#abort.signal.aborted) return
      this.#guarded(control, step)
    }
    if (!this.#isReleaseDue) this.#releaseSoon(releaseAfterMs)
  }

  /** Not after each check: looking through the whole heap takes longer than most of them. */
  #releaseSoon(afterMs: number): void {
    if (this.#abort.signal.aborted) return
    this.#isReleaseDue = true
    this.#cancelRelease()
    this.#cancelRelease = this.#deps.timers.after(afterMs, () => {
      this.#isReleaseDue = false
      void this.#deps.releaseMemory?.(this.#deps.turn).catch((error: unknown) => this.#fail('memory', error))
    })
  }

  #rejudge(check: Check): void {
    this.#judge.rejudge(check, this.#judgeContext(check), this.#at())
  }

  async #rejudgeAll(): Promise<void> {
    await this.#deps.lifecycle.load(this.#deps.turn)
    for (const check of this.#deps.checks) {
      await this.#deps.turn()
      if (this.#abort.signal.aborted) return
      if (!this.#isOff(check) && this.#readsPolicy(check)) void this.#queue.push(check.id, true)
      else this.#guarded(check.id, () => (this.#isOff(check) ? this.#judge.dismiss(check) : this.#rejudge(check)))
    }
    this.#changed()
  }

  /** Its facts of before say how the old policy was held: judged by the new one they would be a false alarm. */
  #readsPolicy({ parts }: Check): boolean {
    const readings = parts[this.#deps.system]?.readings(this.#readContext()) ?? {}
    return Object.values(readings).some((reading) => reading.kind === 'agent' && policyFacts.has(reading.about))
  }

  #isOff({ id }: Check): boolean {
    return this.#deps.policy().policy.checks.off.includes(id)
  }

  #readContext() {
    const { policy, terminal } = this.#deps.policy()
    return { policy, zone: terminal.zone }
  }

  #judgeContext({ id, baseline }: Check): JudgeContext {
    const { policy, terminal, grants } = this.#deps.policy()
    return {
      policy,
      zone: terminal.zone,
      terminalId: terminal.id,
      grants,
      lifecycle: this.#deps.lifecycle.now(),
      baseline: baseline === 'none' ? null : (this.#deps.memory.baseline(id)?.facts ?? null),
      now: this.#deps.now(),
    }
  }

  #at(): Instant {
    const { now, bootId, uptimeMs } = this.#deps
    return { now: now(), bootId, uptimeMs: uptimeMs() }
  }

  #tick(): void {
    this.#rounds.tick()
    const stale = this.results()
      .filter(({ isStale }) => isStale)
      .map(({ control }) => control)
      .join(' ')
    if (stale !== this.#staleBefore) this.#changed()
    this.#staleBefore = stale
    this.#cancelTick = this.#deps.timers.after(tickMs, () => this.#tick())
  }

  #changed(): void {
    for (const listener of this.#listeners) this.#guarded('listener', listener)
  }

  /** One check that breaks costs itself alone. */
  #guarded(what: string, act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#fail(what, error)
    }
  }

  #fail(what: string, error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error)
    this.#trouble = `${what}: ${detail}`.slice(0, 200)
    this.#deps.log.error({ what, detail }, 'a check could not be dealt with')
  }
}

/** Half a minute of slack: a round that comes a little early must not make it wait for the next. */
function isRecent({ minIntervalMinutes }: Check, state: CheckState, at: Instant): boolean {
  return minIntervalMinutes > 0 && ageMs(state, at) < minIntervalMinutes * 60_000 - 30_000
}

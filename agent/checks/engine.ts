import type { Check, System, Trigger } from '../../src/checks/check.ts'
import type { AgentFact } from '../../src/checks/reading.ts'
import type { Result } from '../../src/checks/result.ts'
import { TanmoriError } from '../../src/errors.ts'
import type { Log } from '../../src/log.ts'
import type { SensorStatus } from '../../src/protocol/messages.ts'
import type { Journal } from '../journal/journal.ts'
import type { Platform } from '../platform/platform.ts'
import type { Timers } from '../timers.ts'
import { isBenched } from './budget.ts'
import { type CheckContext, createCheckContext } from './context.ts'
import type { OpenFinding } from './findings.ts'
import { findControlGrant } from './grants.ts'
import { Judge } from './judge.ts'
import type { LifecycleSource } from './lifecycle-source.ts'
import type { ChecksMemory } from './memory.ts'
import { MemoryRelease } from './memory-release.ts'
import type { PolicyNow } from './policy-now.ts'
import { CheckQueue } from './queue.ts'
import { recoverFindings } from './recover.ts'
import { resultOf } from './result.ts'
import { Rounds } from './rounds.ts'
import { checksSensor } from './sensor.ts'
import type { CheckState } from './state.ts'
import { Touches } from './touches.ts'
import type { Turn } from './turn.ts'
import { type UntoldFacts, untoldFacts } from './untold.ts'
import { CheckWork } from './work.ts'

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

class CheckEngine implements Checks {
  readonly #deps: ChecksDeps
  readonly #byControl: ReadonlyMap<string, Check>
  readonly #context: CheckContext
  readonly #judge: Judge
  readonly #work: CheckWork
  readonly #queue: CheckQueue
  readonly #rounds: Rounds
  readonly #touches: Touches
  readonly #release: MemoryRelease
  readonly #listeners = new Set<() => void>()
  readonly #abort = new AbortController()
  readonly #createdAt: Date
  #trouble: string | null = null
  #staleBefore = ''
  #cancelTick: () => void = () => undefined

  constructor(deps: ChecksDeps) {
    this.#deps = deps
    this.#createdAt = deps.now()
    this.#byControl = new Map(deps.checks.map((check) => [check.id, check]))
    this.#context = createCheckContext(deps)
    this.#judge = new Judge(deps)
    this.#work = new CheckWork({
      ...deps,
      context: this.#context,
      judge: this.#judge,
      signal: this.#abort.signal,
      attempt: (what, act) => this.#attempt(what, act),
      onChange: () => this.#changed(),
      onRead: () => this.#release.afterCheck(),
    })
    this.#queue = new CheckQueue((control) => this.#work.read(control))
    this.#release = new MemoryRelease({ ...deps, onFailure: (error) => this.#fail('memory', error) })
    this.#rounds = new Rounds({
      ...deps,
      due: (isForced) => this.#work.findDue(isForced),
      run: (control, isUrgent) => this.#queue.push(control, isUrgent),
      costOf: (control) => deps.memory.states.get(control)?.run?.cpuMs ?? 0,
      bench: (benching) => this.#judge.bench(benching),
      unbench: (control) => this.#judge.unbench(control),
      policy: () => deps.policy().policy,
      onEnd: () => this.#release.afterRound(),
    })
    this.#touches = new Touches({
      ...deps,
      context: () => this.#context.forReading(),
      isOff: (check) => this.#context.isOff(check),
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
    this.#release.stop()
    this.#touches.stop()
    this.#queue.stop()
    await this.#rounds.stop()
    this.#deps.memory.close()
  }

  results(): readonly Result[] {
    const { policy, grants, terminal } = this.#deps.policy()
    const at = this.#context.at()
    return this.#deps.checks.flatMap((check) => {
      if (this.#context.isOff(check)) return []
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
    return checksSensor({
      troubles: [this.#trouble, memory.trouble, this.#judge.trouble, this.#touches.trouble],
      read: memory.states.size,
      total: this.#deps.checks.length,
      benched: this.details().flatMap(({ control, isBenched }) => (isBenched ? [control] : [])),
      lastRoundAt: this.#rounds.lastAt,
    })
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
    this.#work.rejudge(check)
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
    const readAnew = (control: string) => void this.#queue.push(control, true)
    void this.#work.rejudgeAll(readAnew).then(() => {
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
    for (const listener of this.#listeners) this.#attempt('listener', listener)
  }

  /** One check that breaks costs itself alone. */
  #attempt(what: string, act: () => void): void {
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

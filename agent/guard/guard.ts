import type { Log } from '../../src/log.ts'
import type { JournalEvent, NewEvent } from '../../src/protocol/events.ts'
import type { PluggedDevice, SensorStatus } from '../../src/protocol/messages.ts'
import type { Baseline, Notice, Platform, Stoppable, WatchState, Withdrawal } from '../platform/platform.ts'
import { createTimers, type Timers } from '../timers.ts'
import { startCarryRecord } from './carry-record.ts'
import { DefaultDeny } from './default-deny.ts'
import { Devices } from './devices.ts'
import { ImportScan, type ImportScanCounts, noScans } from './import-scan/import-scan.ts'
import { scanOrder } from './import-scan/order.ts'
import { recallScans } from './import-scan/recall.ts'
import { type Memory, memoryName, parseMemory } from './memory.ts'
import { holdingState, planBaseline } from './plan-baseline.ts'
import type { PolicyState } from './policy-state.ts'
import { recallJournal } from './recall-journal.ts'
import { withdrawInTime } from './withdraw.ts'

export type { PolicyState } from './policy-state.ts'

export type GuardDeps = Readonly<{
  platform: Platform
  /** Returns once the event is on disk; it is called before anybody is told. */
  record(event: NewEvent): void
  notify(notice: Notice): void
  /** The journal's newest lines, oldest first; none where it cannot be read. */
  recent?(): readonly JournalEvent[]
  now(): Date
  log: Log
  timers?: Timers
}>

/** Media and devices: watch, decide, enforce, confirm what really happened. */
export type Guard = Readonly<{
  /** Resolves after the first look at all devices. Nothing is decided before `apply` was called once. */
  start(): Promise<void>
  /** Ends watching; what is closed stays closed. `isShutdown`: exceptions are taken back first, and what came of it. */
  stop(end?: Readonly<{ isShutdown: boolean }>): Promise<Withdrawal | null>
  /** Takes a policy and grants into force, on devices that are plugged in already too. Resolves when that is done. */
  apply(state: PolicyState): Promise<void>
  plugged(): PluggedDevice[]
  sensors(): SensorStatus[]
  rescan(): Promise<void>
  /** Settles when what it looks at now is decided; null: it waits for something to happen. Never rejects. */
  inHand(): Promise<void> | null
  importScan(): ImportScanStatus
  onChange(listener: () => void): void
}>
export type ImportScanStatus = ImportScanCounts & Readonly<{ isWanted: boolean; isSupported: boolean }>

const tickMs = 10_000
const ticksPerRescan = 6
/** A tick that comes later than this slept with the machine. */
const maxTickDriftMs = 5_000
const maxTimerMs = 86_400_000

export function createGuard(deps: GuardDeps): Guard {
  return new RunningGuard(deps)
}

class RunningGuard implements Guard {
  readonly #deps: GuardDeps
  readonly #timers: Timers
  readonly #listeners: (() => void)[] = []
  #devices: Devices | null = null
  #deny: DefaultDeny | null = null
  #scans: ImportScan | null = null
  #state: PolicyState | null = null
  /** What is held to, made of `#state` once the default deny of before is known. */
  #held: Readonly<{ state: PolicyState; baseline: Baseline }> | null = null
  #watch: Stoppable | null = null
  #carry: ReturnType<typeof startCarryRecord> | null = null
  #source: WatchState = { id: 'guard.uevents', state: 'failed', source: 'none', detail: 'not started' }
  #sourceAt: string | null = null
  #passedAt: string | null = null
  #failure = ''
  #kept = ''
  #users = ''
  #isWanted = false
  #running: Promise<void> | null = null
  #cancelAgain: (() => void) | null = null
  #cancelTick: (() => void) | null = null
  #ticks = 0
  #tickedAtMs = 0
  #isStopped = false

  constructor(deps: GuardDeps) {
    this.#deps = deps
    this.#timers = deps.timers ?? createTimers()
  }

  async start(): Promise<void> {
    const { platform } = this.#deps
    const { bootId } = await platform.readMachine()
    const kept = parseMemory(await platform.readKept(memoryName), bootId)
    const lines = this.#deps.recent?.() ?? []
    const memory = recallJournal(kept, lines)
    const recalled = recallScans(lines, bootId)
    const scans = new ImportScan({ ...this.#deps, recalled, onDone: () => void this.rescan() })
    this.#scans = scans
    this.#devices = new Devices({ ...this.#deps, scans, onFailure: (detail) => this.#noteFailure(detail) }, memory)
    const installed = await platform.observeBaseline({ mode: 'off' })
    const wasOn = memory.baseline === 'on' || installed.state === 'differs'
    this.#deny = new DefaultDeny(this.#deps, wasOn)
    this.#watch = platform.watchDevices({
      onChange: () => this.#changed(),
      onState: (state) => this.#noteSource(state),
      onLeft: (sighting) => this.#devices?.noteLeft(sighting),
    })
    this.#carry = startCarryRecord({
      ...this.#deps,
      nodes: () => (this.#held?.state.policy?.media.carryRecord === false ? [] : (this.#devices?.openNodes() ?? [])),
      describe: (node) => this.#devices?.describeNode(node) ?? {},
    })
    this.#tick()
    await this.rescan()
  }

  async stop({ isShutdown } = { isShutdown: false }): Promise<Withdrawal | null> {
    this.#isStopped = true
    this.#watch?.stop()
    this.#carry?.stop()
    this.#cancelAgain?.()
    this.#cancelTick?.()
    const { platform } = this.#deps
    const withdrawal = isShutdown ? await withdrawInTime({ platform, timers: this.#timers }, this.#running) : null
    await this.#scans?.stop()
    await this.#running
    await this.#deny?.tellLast()
    return withdrawal
  }

  async apply(state: PolicyState): Promise<void> {
    this.#state = state
    this.#held = null
    await this.rescan()
  }

  /** Also joins what is under way, and always looks once more after it was called. */
  rescan(): Promise<void> {
    this.#isWanted = true
    this.#running ??= this.#run().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  inHand(): Promise<void> | null {
    return this.#running
  }

  plugged(): PluggedDevice[] {
    return this.#devices?.plugged() ?? []
  }

  sensors(): SensorStatus[] {
    const { state, source, detail } = this.#source
    const rescan = this.#failure === '' ? 'working' : 'degraded'
    return [
      { id: 'guard.uevents', state, lastAt: this.#sourceAt, detail: `${source} ${detail}`.trim().slice(0, 500) },
      { id: 'guard.rescan', state: rescan, lastAt: this.#passedAt, detail: this.#failure.slice(0, 500) },
      ...(this.#deny === null ? [] : [this.#deny.sensor()]),
      ...(this.#carry === null ? [] : [this.#carry.sensor()]),
      ...(this.#scans === null ? [] : [this.#scans.sensor(this.#isScanWanted())]),
    ]
  }

  importScan(): ImportScanStatus {
    const isSupported = this.#deps.platform.heldMedia !== null
    return { isWanted: this.#isScanWanted(), isSupported, ...(this.#scans?.counts() ?? noScans) }
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  #isScanWanted(): boolean {
    return scanOrder(this.#held?.state.policy ?? null) !== null
  }

  async #run(): Promise<void> {
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false
      try {
        this.#failure = ''
        await this.#pass()
      } catch (error) {
        this.#noteFailure(error instanceof Error ? error.message : String(error))
      }
    }
  }

  async #pass(): Promise<void> {
    const devices = this.#devices
    const deny = this.#deny
    if (this.#state === null || devices === null || deny === null) return
    this.#held ??= this.#hold(holdingState(this.#state, deny.mode === 'on'))
    const { state, baseline } = this.#held
    await deny.want(baseline)
    const result = await devices.pass({ state, isHeld: deny.isHeld, mayOpen: deny.mayOpen })
    deny.notePassed()
    this.#passedAt = this.#deps.now().toISOString()
    this.#again([result.againMs, deny.nextLookMs()])
    if (result.hasChanged) for (const listener of this.#listeners) listener()
    // Last: a full disk must not keep an expiry from being looked at in time, or a change from being told.
    await this.#keep(devices.memory(deny.mode))
  }

  #hold(state: PolicyState): Readonly<{ state: PolicyState; baseline: Baseline }> {
    const { capabilities } = this.#deps.platform
    return { state, baseline: planBaseline(state, capabilities.readOnly, this.#deps.now()) }
  }

  async #keep(memory: Memory): Promise<void> {
    const text = JSON.stringify(memory)
    if (text === this.#kept) return
    await this.#deps.platform.keep(memoryName, text)
    this.#kept = text
  }

  #again(instants: readonly (number | null)[]): void {
    this.#cancelAgain?.()
    const coming = instants.filter((instant) => instant !== null)
    if (coming.length === 0) return
    const delayMs = Math.min(maxTimerMs, Math.max(10, Math.min(...coming) - this.#deps.now().getTime()))
    this.#cancelAgain = this.#timers.after(delayMs, () => void this.rescan())
  }

  /** A full look each minute, at once after a sleep, and when other people are signed in than before. */
  #tick(): void {
    const nowMs = this.#deps.now().getTime()
    const hasSlept = this.#ticks > 0 && Math.abs(nowMs - this.#tickedAtMs - tickMs) > maxTickDriftMs
    this.#tickedAtMs = nowMs
    this.#ticks += 1
    if (this.#isScanWanted() && this.#ticks % ticksPerRescan === 1) void this.#scans?.lookAtScanner()
    if (hasSlept || this.#ticks % ticksPerRescan === 0) void this.rescan()
    else void this.#lookAtUsers()
    this.#cancelTick = this.#timers.after(tickMs, () => this.#tick())
  }

  async #lookAtUsers(): Promise<void> {
    const users = JSON.stringify((await this.#deps.platform.readSessions()).map((session) => session.user))
    if (users !== this.#users) void this.rescan()
    this.#users = users
  }

  #changed(): void {
    this.#sourceAt = this.#deps.now().toISOString()
    void this.rescan()
  }

  #noteSource(state: WatchState): void {
    const wasBlind = this.#source.state === 'failed' && this.#sourceAt !== null
    const { source, detail } = state
    const isLost = state.state === 'failed' && this.#source.state !== 'failed'
    this.#source = state
    if (isLost) this.#deps.record({ kind: 'guard.blind', subject: state.id, data: { source, detail } })
    if (state.state === 'working' && wasBlind) {
      this.#deps.record({ kind: 'guard.seeing', subject: state.id, data: { source, detail } })
    }
    if (state.state === 'working') this.#sourceAt ??= this.#deps.now().toISOString()
  }

  #noteFailure(detail: string): void {
    this.#failure = detail
    this.#deps.log.error({ detail }, 'guard: what was asked of the system failed')
  }
}

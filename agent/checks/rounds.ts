import type { Policy } from '../../src/policy/schema.ts'
import type { Timers } from '../timers.ts'
import { type Benching, type Cost, decideBenched } from './budget.ts'

export type RoundsDeps = Readonly<{
  /** The controls that a round reads; `isForced`: also those that are set aside or were read lately. */
  due: (isForced: boolean) => Promise<readonly string[]>
  run: (control: string, isUrgent: boolean) => Promise<void>
  costOf: (control: string) => number
  bench: (benching: Benching) => void
  unbench: (control: string) => void
  policy: () => Policy
  /** After the last check of a round. */
  onEnd: () => void
  now: () => Date
  uptimeMs: () => number
  timers: Timers
}>

/** The agent enforces and connects first. */
const firstDelayMs = 3_000
/** Between two checks of the first round and of the one after a new policy. */
const shortGapMs = 300
/** A usual round takes at most this share of the interval. */
const spreadShare = 0.5
const longestGapMs = 60_000

/** Rounds of all checks, spread over the interval and never two at once. */
export class Rounds {
  readonly #deps: RoundsDeps
  #dueAtMs: number
  #isFirst = true
  #running: Promise<void> | null = null
  #round: Round | null = null
  #isStopped = false
  #lastAt: string | null = null

  constructor(deps: RoundsDeps) {
    this.#deps = deps
    this.#dueAtMs = deps.uptimeMs()
  }

  get lastAt(): string | null {
    return this.#lastAt
  }

  start(): void {
    this.#dueAtMs = this.#deps.uptimeMs() + firstDelayMs
    this.#deps.timers.after(firstDelayMs, () => this.tick())
  }

  /** Begins a round where one is due; by the machine's own time, which the clock and sleep do not move. */
  tick(): void {
    if (this.#isStopped || this.#round !== null || this.#deps.uptimeMs() < this.#dueAtMs) return
    const gapMs = this.#isFirst ? shortGapMs : null
    void this.#begin({ isForced: false, gapMs, isUrgent: false })
  }

  /** All is read anew soon. */
  restart(): void {
    if (this.#isStopped) return
    void this.#begin({ isForced: false, gapMs: shortGapMs, isUrgent: false })
  }

  /** Reads every check at once; resolves when the last was read. */
  async runNow(): Promise<void> {
    if (this.#isStopped) return
    await this.#begin({ isForced: true, gapMs: 0, isUrgent: true })
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#round?.end()
    await this.#running
  }

  /** The round before is given up after its check; the new one reads all that it would have. */
  async #begin(how: RoundKind): Promise<void> {
    this.#round?.end()
    await this.#running
    if (this.#isStopped) return
    if (this.#round !== null) return await (this.#running ?? Promise.resolve())
    this.#isFirst = false
    const round = new Round(this.#deps, how)
    this.#round = round
    this.#dueAtMs = this.#deps.uptimeMs() + this.#deps.policy().checks.intervalMinutes * 60_000
    this.#running = round.run().then((isWhole) => {
      this.#round = null
      this.#running = null
      if (!isWhole) return
      this.#lastAt = this.#deps.now().toISOString()
      this.#deps.onEnd()
    })
    await this.#running
  }
}

type RoundKind = Readonly<{ isForced: boolean; gapMs: number | null; isUrgent: boolean }>

class Round {
  readonly #deps: RoundsDeps
  readonly #how: RoundKind
  #isEnded = false
  #wake: () => void = () => undefined

  constructor(deps: RoundsDeps, how: RoundKind) {
    this.#deps = deps
    this.#how = how
  }

  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  /** Whether it came to its end. */
  async run(): Promise<boolean> {
    const controls = await this.#deps.due(this.#how.isForced)
    const gapMs = this.#how.gapMs ?? this.#gapMs(controls.length)
    const costs: Cost[] = []
    for (const control of controls) {
      await this.#pause(gapMs)
      if (this.#isEnded) return false
      await this.#deps.run(control, this.#how.isUrgent)
      costs.push({ control, cpuMs: this.#deps.costOf(control) })
    }
    this.#judgeCosts(costs)
    return true
  }

  #judgeCosts(costs: readonly Cost[]): void {
    const benched = decideBenched(costs, this.#deps.policy())
    for (const benching of benched) this.#deps.bench(benching)
    for (const { control } of costs) {
      if (!benched.some((benching) => benching.control === control)) this.#deps.unbench(control)
    }
  }

  #gapMs(count: number): number {
    const { intervalMinutes } = this.#deps.policy().checks
    return Math.min(longestGapMs, (intervalMinutes * 60_000 * spreadShare) / Math.max(1, count))
  }

  async #pause(gapMs: number): Promise<void> {
    if (gapMs === 0 || this.#isEnded) return
    await new Promise<void>((resolve) => {
      const cancel = this.#deps.timers.after(gapMs, resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
  }
}

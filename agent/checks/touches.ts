import type { Check, ReadContext, System, Trigger } from '../../src/checks/check.ts'
import type { Platform, Stoppable } from '../platform/platform.ts'
import type { Timers } from '../timers.ts'

export type TouchesDeps = Readonly<{
  checks: readonly Check[]
  system: System
  platform: Pick<Platform, 'watchPaths' | 'watchChanges'>
  context: () => ReadContext
  isOff: (check: Check) => boolean
  /** CPU milliseconds of its last run. */
  costOf: (control: string) => number
  run: (control: string) => Promise<void>
  uptimeMs: () => number
  timers: Timers
}>

/** Changes within this are one: a package that is installed touches hundreds of files. */
const settleMs = 1_500
/** What changes again and again has its check read again only so often that it costs three hundredths of one core. */
const restPerCost = 30
const shortestRestMs = 3_000
const usualRestMs = 60_000
/** What never comes to rest is read ever less often. */
const patientRuns = 2
const longestRestMs = 600_000

/** Reads single checks again when something they watch has changed. */
export class Touches {
  readonly #deps: TouchesDeps
  readonly #armed = new Map<string, () => void>()
  /** When it was last read, and how often in a row it was touched again before its rest was over. */
  readonly #runs = new Map<string, Readonly<{ atMs: number; restless: number }>>()
  #watches: Stoppable[] = []
  #paths: Stoppable | null = null
  #wanted = ''
  #isStopped = false
  /** Why not all is watched; null where it is. */
  trouble: string | null = null

  constructor(deps: TouchesDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#watches = (['network', 'sessions'] as const).map((what) =>
      this.#deps.platform.watchChanges(what, () => this.trigger(what)),
    )
    this.watchAgain()
  }

  stop(): void {
    this.#isStopped = true
    for (const watch of this.#watches) watch.stop()
    this.#paths?.stop()
    for (const cancel of this.#armed.values()) cancel()
  }

  trigger(trigger: Trigger): void {
    for (const check of this.#deps.checks) if (check.triggers.includes(trigger)) this.#touch(check)
  }

  /** The policy may name other files now. */
  watchAgain(): void {
    if (this.#isStopped) return
    const byPath = this.#wantedPaths()
    const wanted = [...byPath.keys()].sort().join('\n')
    if (wanted === this.#wanted) return
    this.#wanted = wanted
    this.#paths?.stop()
    this.trouble = null
    this.#paths = this.#deps.platform.watchPaths({
      paths: [...byPath.keys()],
      onChange: (path) => {
        for (const check of byPath.get(path) ?? []) this.#touch(check)
      },
      onState: ({ state, detail }) => {
        this.trouble = state === 'working' ? null : detail
      },
    })
  }

  /** Single files before folders: where not all can be watched, what is named exactly is. */
  #wantedPaths(): ReadonlyMap<string, readonly Check[]> {
    const context = this.#deps.context()
    const byPath = new Map<string, Check[]>()
    for (const check of this.#deps.checks.filter((one) => !this.#deps.isOff(one))) {
      for (const path of check.parts[this.#deps.system]?.watch?.(context) ?? []) {
        byPath.set(path, [...(byPath.get(path) ?? []), check])
      }
    }
    return byPath
  }

  #touch(check: Check): void {
    if (this.#isStopped || this.#armed.has(check.id) || this.#deps.isOff(check)) return
    const last = this.#runs.get(check.id)
    const leftMs = last === undefined ? 0 : last.atMs + this.#restMs(check, last.restless) - this.#deps.uptimeMs()
    const restless = leftMs > 0 ? (last?.restless ?? 0) + 1 : 0
    const cancel = this.#deps.timers.after(Math.max(settleMs, leftMs), () => {
      this.#armed.delete(check.id)
      void this.#deps.run(check.id).then(() => this.#runs.set(check.id, { atMs: this.#deps.uptimeMs(), restless }))
    })
    this.#armed.set(check.id, cancel)
  }
  #restMs(check: Check, restless: number): number {
    const usualMs = Math.min(usualRestMs, Math.max(shortestRestMs, this.#deps.costOf(check.id) * restPerCost))
    return Math.min(longestRestMs, usualMs * 2 ** Math.max(0, restless - patientRuns))
  }
}

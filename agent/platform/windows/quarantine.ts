import { TanmoriError } from '../../../src/errors.ts'
import type { Platform, QuarantineObservation, QuarantineWanted, Stoppable } from '../platform.ts'
import { type Cutting, compareFilters, type Filter, planQuarantine } from './quarantine-filters.ts'
import { isKept, type Kept, keptName, parseKept, plain } from './quarantine-kept.ts'
import { explain } from './quarantine-refusal.ts'
import type { FilterEngine } from './win32/wfp.ts'

export type QuarantineDeps = Readonly<{
  engine: FilterEngine
  /** This program, which alone may talk to the center. */
  executable: string
  readKept(name: string): Promise<string | null>
  keep(name: string, text: string): Promise<void>
  after(delayMs: number, run: () => void): void
}>

/** A change of filters comes in many pieces; and whoever takes ours away in a loop gets no faster loop in return. */
export const restoreDelayMs = 200
export const restorePauseMs = 1_000

/**
 * Keeps the terminal cut off by filters of the Windows Filtering Platform: they outlive the agent and the boot, and no
 * rule of the Windows Firewall opens what they close. Taken away, they are back in a moment.
 */
export function createQuarantine(
  deps: QuarantineDeps,
): Pick<Platform, 'applyQuarantine' | 'observeQuarantine'> & Stoppable {
  const quarantine = new Quarantine(deps)
  return {
    applyQuarantine: (wanted) => quarantine.apply(wanted),
    observeQuarantine: (wanted) => quarantine.observe(wanted),
    stop: () => quarantine.stop(),
  }
}

class Quarantine {
  readonly #deps: QuarantineDeps
  #kept: Kept | null = null
  #hasLoaded = false
  #hasApplied = false
  /** Whether what was written last read back as it was written: else putting it back would have no end. */
  #isVerified = false
  #failure: unknown = null
  /** Why the engine took no filters of the boot; null where it took them or was not asked yet. */
  #bootRefusal: string | null = null
  #watch: Stoppable | null = null
  #isRestoreDue = false
  #delayMs = restoreDelayMs
  #queue: Promise<unknown> = Promise.resolve()

  constructor(deps: QuarantineDeps) {
    this.#deps = deps
  }

  apply(wanted: QuarantineWanted): Promise<void> {
    return this.#next(async () => {
      await this.#load()
      if (wanted.mode === 'on') await this.#cut(wanted)
      else await this.#open()
      this.#hasApplied = true
      const restored = wanted.mode === 'on' ? (this.#kept?.restored ?? 0) : 0
      await this.#keep({ schema: 'tanmori.windows-quarantine/1', wanted: plain(wanted), restored })
    })
  }

  observe(wanted: QuarantineWanted): Promise<QuarantineObservation> {
    return this.#next(async () => {
      await this.#load()
      const restored = this.#kept?.restored ?? 0
      const isOff = this.#kept === null || this.#kept.wanted.mode === 'off'
      try {
        const found = await this.#deps.engine.read()
        const seen = wanted.mode === 'on' ? await this.#judgeCut(wanted, found) : judgeOpen(found, this.#kept === null)
        const wasRefused = seen.state === 'differs' && this.#failure !== null
        return wasRefused ? { ...explain(this.#failure), restored } : { ...seen, restored }
      } catch (error) {
        const why = explain(error)
        // Where nothing was ever cut, an engine that does not answer cuts nothing.
        if (wanted.mode === 'off' && isOff)
          return { state: 'in-force', detail: `not cut off (${why.detail})`, restored }
        return { ...why, restored }
      }
    })
  }

  stop(): void {
    this.#watch?.stop()
    this.#watch = null
  }

  async #judgeCut(wanted: Cutting, found: readonly Filter[]) {
    const { missing, foreign } = compareFilters(await this.#plan(wanted), found)
    if (missing.length === 0 && foreign === 0) {
      this.#isVerified = true
      await this.#beginWatch()
      const gap = this.#bootRefusal === null ? '' : `, not yet while it starts (${this.#bootRefusal})`
      return { state: 'in-force', detail: `cut off by ${found.length} filters${gap}` } as const
    }
    if (found.length === 0) return { state: 'differs', detail: 'not cut off' } as const
    const some = missing.slice(0, 5).join(', ')
    return { state: 'differs', detail: `missing: ${some || 'none'}; not ours: ${foreign}` } as const
  }

  /** What is refused is told by whoever observes: an order that could not be kept is still an order. */
  async #cut(wanted: Cutting): Promise<void> {
    try {
      await this.#putUp(wanted)
      this.#failure = null
    } catch (error) {
      this.#failure = error
    }
  }

  async #putUp(wanted: Cutting): Promise<void> {
    const { engine } = this.#deps
    const plan = await this.#plan(wanted)
    const found = await engine.read()
    if (isSame(plan, found)) return
    // Within one life of the agent whoever observed it tells; between two lives nobody but the record knows.
    const wasTaken = !this.#hasApplied && isKept(this.#kept, wanted) && !isSame(lasting(plan), lasting(found))
    await this.#replace(plan)
    this.#isVerified = isSame(await this.#plan(wanted), await engine.read())
    if (wasTaken) this.#countRestored()
    await this.#beginWatch()
  }

  /** An engine that takes no filters of the boot still takes the others: a gap while it starts is better than no cut. */
  async #replace(plan: readonly Filter[]): Promise<void> {
    const { engine } = this.#deps
    try {
      await engine.replace(plan)
    } catch (error) {
      const withoutBoot = plan.filter(({ lifetime }) => lifetime === 'persistent')
      if (withoutBoot.length === plan.length) throw error
      await engine.replace(withoutBoot)
      this.#bootRefusal = explain(error).detail
    }
  }

  /** Where there is no engine nothing stands in it; any other refusal leaves the terminal cut off. */
  async #open(): Promise<void> {
    this.stop()
    this.#failure = null
    try {
      await this.#deps.engine.clear()
    } catch (cause) {
      const { state, detail } = explain(cause)
      if (state !== 'unsupported') throw new TanmoriError('platform.failed', detail, { cause })
    }
  }

  async #plan(wanted: Cutting): Promise<readonly Filter[]> {
    const plan = planQuarantine(wanted, await this.#deps.engine.nameProgram(this.#deps.executable))
    return this.#bootRefusal === null ? plan : plan.filter(({ lifetime }) => lifetime === 'persistent')
  }

  async #beginWatch(): Promise<void> {
    this.#watch ??= await this.#deps.engine.watch(() => this.#changed())
  }

  #changed(): void {
    if (this.#isRestoreDue || this.#watch === null) return
    this.#isRestoreDue = true
    this.#deps.after(this.#delayMs, () => {
      this.#isRestoreDue = false
      void this.#next(() => this.#restore()).catch(() => undefined) // the next look tells what failed
    })
  }

  async #restore(): Promise<void> {
    const wanted = this.#kept?.wanted
    if (wanted?.mode !== 'on' || !this.#isVerified || this.#watch === null) return
    const plan = await this.#plan(wanted)
    const { engine } = this.#deps
    this.#delayMs = restoreDelayMs
    if (isSame(plan, await engine.read())) return
    this.#delayMs = restorePauseMs
    await this.#replace(plan)
    this.#isVerified = isSame(await this.#plan(wanted), await engine.read())
    this.#countRestored()
    if (this.#kept !== null) await this.#write(this.#kept)
  }

  #countRestored(): void {
    if (this.#kept !== null) this.#kept = { ...this.#kept, restored: this.#kept.restored + 1 }
  }

  async #load(): Promise<void> {
    if (this.#hasLoaded) return
    const text = await this.#deps.readKept(keptName)
    this.#kept = text === null ? null : parseKept(text)
    this.#hasLoaded = true
  }

  async #keep(kept: Kept): Promise<void> {
    if (JSON.stringify(kept) === JSON.stringify(this.#kept)) return
    await this.#write(kept)
  }

  async #write(kept: Kept): Promise<void> {
    this.#kept = kept
    await this.#deps.keep(keptName, JSON.stringify(kept))
  }

  /** One thing at a time: what is read in the middle of a change is neither the old nor the new. */
  #next<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(run)
    this.#queue = result.catch(() => undefined)
    return result
  }
}

function judgeOpen(found: readonly Filter[], wasNeverAsked: boolean): Omit<QuarantineObservation, 'restored'> {
  if (found.length > 0) return { state: 'differs', detail: `asked for off; ${found.length} filters still stand` }
  return { state: 'in-force', detail: wasNeverAsked ? 'never asked for' : 'not cut off' }
}

function isSame(plan: readonly Filter[], found: readonly Filter[]): boolean {
  const { missing, foreign } = compareFilters(plan, found)
  return missing.length === 0 && foreign === 0
}

/**
 * What somebody must have taken away if it is not there. Volumes are numbered anew at a boot, and an update may move the
 * program; filters of the boot may have been refused. None of this is tampering.
 */
function lasting(filters: readonly Filter[]): readonly Filter[] {
  return filters
    .filter(({ lifetime }) => lifetime === 'persistent')
    .map((filter) => ({ ...filter, conditions: filter.conditions.filter(({ field }) => field !== 'program') }))
}

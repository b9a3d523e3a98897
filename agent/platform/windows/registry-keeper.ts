import type { Restoration, Stoppable } from '../platform.ts'
import { Contest, contestLimits } from './contest.ts'
import { findSetting, type PolicySetting } from './group-policy.ts'
import { type RegistryPlan, restrictionsKey, storageKey, type WantedValue } from './plan-registry.ts'
import {
  asRegistryValue,
  blame,
  type Difference,
  describeDifference,
  holds,
  listConflicts,
  listDifferences,
} from './registry-difference.ts'
import { emptyRecord, parseRecord, type RegistryRecord, restoreValue, storeValue } from './registry-record.ts'
import type { Registry } from './win32/registry.ts'

export type KeeperDeps = Readonly<{
  registry: Registry
  /** Made where it is missing, again and again; `onLost`: not watched for a moment. */
  watch(watch: Readonly<{ path: string; makesKey: true; onChange(): void; onLost(error: Error): void }>): Stoppable
  readRecord(): Promise<string | null>
  /** Returns once it would survive a power cut. */
  keepRecord(text: string): Promise<void>
  /** What group policies say of this machine. */
  readSettings(): readonly PolicySetting[]
  now(): Date
  after(delayMs: number, run: () => void): () => void
  /** Something was put back, or could not be: look. */
  onChange(): void
}>

export type KeeperState = Readonly<{
  /** Not as wanted now, each in words. */
  differences: readonly string[]
  /** What a group policy would open whenever it is applied. */
  conflicts: readonly string[]
  failure: string
  restored: readonly Restoration[]
}>

const nothing: RegistryPlan = { values: [], ownLists: [], notes: [] }
/** One deletion of a tree comes as many changes: told once it is quiet. */
const quietMs = 1_000
const retryMs = 100
const maxToldDifferences = 5
const maxRestorations = 100

/**
 * Keeps values in the registry as wanted: writes them, remembers what was there before, puts back what somebody changes,
 * at once, and gives all of it back in the end. What it wrote stays when the process dies.
 */
export class RegistryKeeper {
  readonly #deps: KeeperDeps
  readonly #watches = new Map<string, Stoppable>()
  readonly #contests = new Map<string, Contest>()
  #plan = nothing
  #record: RegistryRecord | null = null
  #kept = ''
  /** At what was changed while no agent ran. */
  #hasLooked = false
  #failure = ''
  #lost = ''
  #untold: string[] = []
  #restored: Restoration[] = []
  #lastId = 0
  #cancelTell: (() => void) | null = null
  readonly #cancelAgain = new Set<() => void>()
  #queue: Promise<void> = Promise.resolve()

  constructor(deps: KeeperDeps) {
    this.#deps = deps
  }

  /** Whether anything of ours is in the registry, by this process or the one before. */
  async hasWritten(): Promise<boolean> {
    const { written, before } = await this.#open()
    return written.length + before.length > 0
  }

  /** Takes a plan into force; what the plan before wanted and this one does not is given back. Never rejects. */
  hold(plan: RegistryPlan): Promise<void> {
    this.#queue = this.#queue.then(() => this.#hold(plan)).catch((error: unknown) => this.#fail(error))
    return this.#queue
  }

  /** Ends watching and gives everything back. */
  release(): Promise<void> {
    return this.hold(nothing)
  }

  /** Ends watching; what was written stays. */
  stop(): void {
    this.#cancelTell?.()
    for (const cancel of this.#cancelAgain) cancel()
    for (const watch of this.#watches.values()) watch.stop()
    this.#watches.clear()
  }

  /** What is so now, read from the registry. */
  look(plan: RegistryPlan): KeeperState {
    const settings = this.#deps.readSettings()
    return {
      differences: this.#differences(plan).map((one) => describeDifference(one, settings) + this.#restWords(one)),
      conflicts: listConflicts(plan, settings),
      failure: [this.#lost, this.#failure].filter((text) => text !== '').join('; '),
      restored: this.#restored,
    }
  }

  /** Tells what is not quiet yet, too: nobody is left to tell it later. */
  endRestorations(): readonly Restoration[] {
    this.#cancelTell?.()
    this.#tellUntold()
    return this.#restored
  }

  async #open(): Promise<RegistryRecord> {
    if (this.#record !== null) return this.#record
    const text = await this.#deps.readRecord()
    this.#kept = text ?? ''
    const record = parseRecord(text)
    if (record === null)
      this.#lost = 'what was in the registry before cannot be read any more, and will not be given back'
    this.#record = record ?? emptyRecord
    return this.#record
  }

  async #hold(asked: RegistryPlan): Promise<void> {
    const before = await this.#open()
    const plan = { ...asked, values: asked.values.filter((one) => this.#isPossible(one)) }
    if (!this.#hasLooked) this.#noteWhileAway(before)
    this.#hasLooked = true
    const dropped = before.written.filter((old) => !plan.values.some((one) => isSameValue(one, old)))
    const next = this.#recordFor(plan, before)
    await this.#keep({ ...next, written: [...dropped, ...plan.values.map(writtenOf)] })
    // From here to the end of the writing nothing waits, so that no change of somebody else's falls in between.
    this.#plan = plan
    this.#record = next
    for (const one of this.#differences(plan)) this.#write(one)
    for (const one of dropped) this.#giveBack(one, next)
    const isLeft = (one: { path: string; name: string }) => !dropped.some((old) => isSameValue(old, one))
    this.#record = { ...next, before: next.before.filter(isLeft), written: plan.values.map(writtenOf) }
    if (plan.values.length === 0) this.#record = this.#takeKeysAway(this.#record)
    this.#failure = ''
    this.#watchKeys()
    await this.#keep(this.#record)
  }

  #isPossible({ path, needsKey }: WantedValue): boolean {
    return needsKey !== true || this.#deps.registry.readValues(path) !== null
  }

  /** What was there before us, for all that is wanted and not ours yet. */
  #recordFor(plan: RegistryPlan, record: RegistryRecord): RegistryRecord {
    const { registry } = this.#deps
    const fresh = plan.values.filter((one) => !record.before.some((old) => isSameValue(old, one)))
    const made = new Set(record.madeKeys)
    for (const { path } of fresh) for (const key of this.#missingKeys(path)) made.add(key)
    const lists = plan.ownLists.filter((path) => record.foreign[path] === undefined)
    const foreign = lists.map((path) => [path, Object.keys(registry.readValues(path) ?? {})] as const)
    const values = fresh.map(({ path, name }) => ({ path, name, value: storeValue(registry.readValue(path, name)) }))
    return {
      ...record,
      before: [...record.before, ...values],
      madeKeys: [...made],
      foreign: { ...record.foreign, ...Object.fromEntries(foreign) },
    }
  }

  #missingKeys(path: string): readonly string[] {
    const parts = path.split('\\')
    const keys = parts.map((_, index) => parts.slice(0, index + 1).join('\\')).slice(2)
    return keys.filter((key) => this.#deps.registry.readValues(key) === null)
  }

  #differences(plan: RegistryPlan): readonly Difference[] {
    return listDifferences(this.#deps.registry, plan, (path, name) => {
      if (this.#record?.foreign[path]?.includes(name) === true) return true
      return findSetting(this.#deps.readSettings(), path, name)?.value != null
    })
  }

  #write({ path, name, wanted }: Difference): void {
    if (wanted === null) this.#deps.registry.deleteValue(path, name)
    else this.#deps.registry.writeValue(path, name, asRegistryValue(wanted))
  }

  /** Only what still is ours: whoever changed it since wanted it so. */
  #giveBack(old: RegistryRecord['written'][number], { before }: RegistryRecord): void {
    const { registry } = this.#deps
    if (!holds(registry.readValue(old.path, old.name), old.data)) return
    const stored = before.find((one) => isSameValue(one, old))?.value ?? null
    if (stored === null) registry.deleteValue(old.path, old.name)
    else registry.writeValue(old.path, old.name, restoreValue(stored))
  }

  /** Keys that we made and that nobody uses. */
  #takeKeysAway(record: RegistryRecord): RegistryRecord {
    for (const watch of this.#watches.values()) watch.stop()
    this.#watches.clear()
    const { registry } = this.#deps
    for (const key of record.madeKeys.toSorted((a, b) => b.length - a.length)) {
      const values = registry.readValues(key)
      const isEmpty = values !== null && Object.keys(values).length === 0 && registry.listKeys(key)?.length === 0
      if (isEmpty) registry.deleteTree(key)
    }
    return emptyRecord
  }

  #watchKeys(): void {
    for (const path of new Set(this.#plan.values.map(({ path }) => rootOf(path)))) {
      if (this.#watches.has(path)) continue
      const onChange = () => this.#putBack()
      const onLost = (error: Error) => this.#fail(error) // it comes back by itself, and then tells of a change
      this.#watches.set(path, this.#deps.watch({ path, makesKey: true, onChange, onLost }))
    }
    this.#putBack() // what happened before they were watched
  }

  #putBack(): void {
    try {
      const isTampered = this.#restore()
      this.#failure = ''
      if (isTampered) this.#tellWhenQuiet()
    } catch (error) {
      // Somebody still deletes what is written (ERROR_KEY_DELETED, 1018), or may not be written to: looked at again soon.
      this.#tellWhenQuiet()
      this.#lookAgain(retryMs)
      this.#fail(error)
    }
  }

  /** Back first; who it was is looked up afterwards, since files are read for it. */
  #restore(): boolean {
    const nowMs = this.#deps.now().getTime()
    const tampered = this.#differences(this.#plan).filter((one) => !this.#contest(one).isResting(nowMs))
    const met: { one: Difference; isLeft: boolean }[] = []
    try {
      for (const one of tampered) {
        const isLeft = this.#contest(one).note(nowMs)
        met.push({ one, isLeft })
        if (!isLeft) this.#write(one)
      }
    } finally {
      if (met.length > 0) this.#noteTampering(met)
    }
    return tampered.length > 0
  }

  #noteTampering(met: readonly Readonly<{ one: Difference; isLeft: boolean }>[]): void {
    const settings = this.#deps.readSettings()
    for (const { one, isLeft } of met) {
      const words = describeDifference(one, settings)
      this.#untold.push(
        isLeft ? `${words}; somebody writes it again and again, and for a minute it is not put back` : words,
      )
      if (isLeft) this.#lookAgain(contestLimits.pauseMs + retryMs)
      else this.#rememberPolicy(one, settings)
    }
  }

  /** What a group policy wants there is what is to be left behind. */
  #rememberPolicy(one: Difference, settings: readonly PolicySetting[]): void {
    if (this.#record === null || blame(one, settings) === null) return
    const before = this.#record.before.map((old) =>
      isSameValue(old, one) ? { ...old, value: storeValue(one.found) } : old,
    )
    this.#record = { ...this.#record, before }
    const record = this.#record
    this.#queue = this.#queue.then(() => this.#keep(record)).catch((error: unknown) => this.#fail(error))
  }

  #contest({ path, name }: Difference): Contest {
    const key = `${path}\\${name}`.toLowerCase()
    const known = this.#contests.get(key) ?? new Contest()
    this.#contests.set(key, known)
    return known
  }

  #restWords(one: Difference): string {
    const isResting = this.#contest(one).isResting(this.#deps.now().getTime())
    return isResting ? ', written again and again by somebody: not put back for a minute' : ''
  }

  #lookAgain(delayMs: number): void {
    const cancel = this.#deps.after(delayMs, () => {
      this.#cancelAgain.delete(cancel)
      this.#putBack()
    })
    this.#cancelAgain.add(cancel)
  }

  #tellWhenQuiet(): void {
    this.#cancelTell?.()
    this.#cancelTell = this.#deps.after(quietMs, () => this.#tellUntold())
  }

  #tellUntold(): void {
    const told = [...new Set(this.#untold)]
    this.#untold = []
    if (told.length > 0) this.#tell(listWords(told))
  }

  /** Changed by somebody while no agent was there to see it. */
  #noteWhileAway(record: RegistryRecord): void {
    const changed = record.written.filter((one) => !holds(this.#deps.registry.readValue(one.path, one.name), one.data))
    if (changed.length === 0) return
    const settings = this.#deps.readSettings()
    const words = changed.map(({ path, name, data }) =>
      describeDifference({ path, name, wanted: data, found: this.#deps.registry.readValue(path, name) }, settings),
    )
    this.#tell(`while the agent was not running: ${listWords(words)}`)
  }

  #tell(detail: string): void {
    this.#lastId += 1
    const restoration = { id: this.#lastId, at: this.#deps.now().toISOString(), detail }
    this.#restored = [...this.#restored, restoration].slice(-maxRestorations)
    this.#deps.onChange()
  }

  #fail(error: unknown): void {
    this.#failure = error instanceof Error ? error.message : String(error)
    this.#deps.onChange()
  }

  async #keep(record: RegistryRecord): Promise<void> {
    const text = JSON.stringify(record)
    if (text === this.#kept) return
    await this.#deps.keepRecord(text)
    this.#kept = text
  }
}

function isSameValue(a: { path: string; name: string }, b: { path: string; name: string }): boolean {
  return a.path === b.path && a.name === b.name
}

function writtenOf({ path, name, data }: WantedValue): RegistryRecord['written'][number] {
  return { path, name, data }
}

/** The key that is watched with all below it. */
function rootOf(path: string): string {
  return [storageKey, restrictionsKey].find((root) => path.startsWith(root)) ?? path
}

function listWords(words: readonly string[]): string {
  const rest = words.length - maxToldDifferences
  return words.slice(0, maxToldDifferences).join('; ') + (rest > 0 ? `; and ${rest} more` : '')
}

import type { Device, DeviceFunction } from '../../src/policy/device.ts'
import type { Verdict } from '../../src/policy/verdict.ts'
import type { NewEvent } from '../../src/protocol/events.ts'
import type { PluggedDevice } from '../../src/protocol/messages.ts'
import type { FunctionObservation, Notice, Platform, SeenDevice, Sighting } from '../platform/platform.ts'
import { briefEvent, Departures } from './departures.ts'
import type { ImportScan, ScanCase } from './import-scan/import-scan.ts'
import { scanOrderFor } from './import-scan/order.ts'
import { KnownInputs } from './known-inputs.ts'
import type { Memory } from './memory.ts'
import { formatRefusal } from './notice.ts'
import { describeObservation, formatMark, hasWritableNode, judgeOutcome, needsChange, wantedAccess } from './outcome.ts'
import { describeDevice, outcomeEvent, removalEvent, type Told } from './outcome-event.ts'
import { type Decided, isAwaitingRules, type PassOrder, type PassResult, type Round, verdictOf } from './pass.ts'
import {
  earlierOf,
  type Known,
  knownOf,
  nextInstantMs,
  pluggedOf,
  recall,
  remember,
  type Tracked,
  type TrackedDevice,
} from './tracked.ts'

export type DevicesDeps = Readonly<{
  platform: Platform
  record(event: NewEvent): void
  notify(notice: Notice): void
  now(): Date
  onFailure(detail: string): void
  scans?: ImportScan
}>

type Seen = Readonly<{ observation: FunctionObservation; wasChanged: boolean; isHeld?: boolean }>

/** How long a driver may take to bind, and udev to hold what it made. */
export const graceMs = 5_000

/** Every plugged-in device with its verdicts, and what came of them. One `pass` at a time. */
export class Devices {
  readonly #deps: DevicesDeps
  readonly #inputs: KnownInputs
  readonly #tracked = new Map<string, TrackedDevice>()
  readonly #departures = new Departures()
  #memory: Memory
  #isFirst = true

  constructor(deps: DevicesDeps, memory: Memory) {
    this.#deps = deps
    this.#memory = memory
    this.#inputs = new KnownInputs(memory.inputs)
  }

  /** A device left; whether it was ever decided on is looked at in the next pass. */
  noteLeft(sighting: Sighting): void {
    this.#departures.add(sighting)
  }

  /** Reads all devices, decides each function, changes what is not so, and tells what was then observed. */
  async pass(order: PassOrder): Promise<PassResult> {
    const all = await this.#deps.platform.readDevices()
    const sessions = await this.#deps.platform.readSessions()
    const users = [...new Set(sessions.map((session) => session.user))].sort()
    const round: Round = { order, all, users, nowMs: this.#deps.now().getTime() }
    const before = this.#fingerprint()
    this.#tellBrief(round)
    this.#forgetRemoved(round)
    this.#deps.scans?.forget((instance) => all.some((one) => one.instance === instance))
    for (const seen of all) await this.#passDevice(seen, round)
    this.#inputs.endAdoption()
    this.#isFirst = false
    return {
      hasChanged: before !== this.#fingerprint(),
      againMs: nextInstantMs(this.#tracked.values(), round.nowMs, graceMs),
    }
  }

  plugged(): PluggedDevice[] {
    return [...this.#tracked.values()].map(pluggedOf)
  }

  /** Block nodes of the media that may be used, for the carry-out record. */
  openNodes(): readonly string[] {
    return [...this.#tracked.values()].flatMap(({ functions }) => [...functions.values()].flatMap((one) => one.nodes))
  }

  /** The device and verdict behind a block node, for what is told of its files. */
  describeNode(node: string): Readonly<Record<string, unknown>> {
    for (const { seen, functions } of this.#tracked.values()) {
      for (const one of functions.values()) {
        if (one.nodes.includes(node)) return { device: seen.device, function: one.fn.key, verdict: one.verdict }
      }
    }
    return {}
  }

  /** What is to be kept for the next start. */
  memory(baseline: 'on' | 'off'): Memory {
    const plugged = [...this.#tracked].map(([key, one]) => [key, remember(one)] as const)
    return { ...this.#memory, baseline, plugged: Object.fromEntries(plugged), inputs: this.#inputs.names() }
  }

  #fingerprint(): string {
    return JSON.stringify(this.plugged())
  }

  /** Came and went before anybody looked: what it was is told, and what the policy says of such a device. */
  #tellBrief(round: Round): void {
    for (const unread of this.#departures.takeUnread()) {
      const { device } = unread.sighting
      const verdicts = unread.functions.map((fn) => verdictOf(device, fn, round, this.#deps.platform))
      this.#deps.record(briefEvent(unread, verdicts, round.users))
      this.#noteInput(device, undefined)
    }
  }

  #forgetRemoved({ all, nowMs }: Round): void {
    const isThere = (key: string, instance: string) =>
      all.some((one) => one.device.key === key && one.instance === instance)
    for (const [key, { seen, sinceMs }] of this.#tracked) {
      if (isThere(key, seen.instance)) continue
      this.#deps.record(removalEvent(seen, sinceMs, nowMs, false))
      this.#tracked.delete(key)
    }
    if (!this.#isFirst) return
    for (const [key, one] of Object.entries(this.#memory.plugged)) {
      if (!isThere(key, one.instance)) this.#deps.record(removalEvent(one, one.sinceMs, nowMs, true))
    }
  }

  async #passDevice(seen: SeenDevice, round: Round): Promise<void> {
    const { device } = seen
    // Read on its way out: what it was is what its removal is told of.
    const tracked = this.#tracked.get(device.key)
    if (device.functions.length === 0 && tracked !== undefined) return
    const known = tracked === undefined ? this.#recall(seen) : knownOf(tracked)
    const decided = device.functions.map((fn) => this.#decide(seen, fn, known, round))
    const observed = await this.#enforce(device, decided, round.order.mayOpen)
    this.#noteInput(device, known)
    const functions = new Map<string, Tracked>()
    for (const one of decided) {
      const now = observed.get(one.fn.key)
      // Gone, and never seen while the rest of its device was in: what it was is told of as brief, not as refused.
      if (now === undefined || (now.observation.state === 'gone' && known !== undefined && one.before === undefined))
        continue
      const isHeld = await this.#isHeldForScan(one, now.observation)
      functions.set(one.fn.key, this.#tell(seen, one, { ...now, isHeld }, round))
    }
    const looked = device.functions.filter((fn) => functions.has(fn.key))
    if (looked.length > 0) this.#departures.noteRead({ ...seen, device: { ...device, functions: looked } }, round.nowMs)
    const sinceMs = known?.sinceMs ?? round.nowMs
    this.#tracked.set(device.key, { seen, sinceMs, functions, earlier: earlierOf(known, functions) })
  }

  #decide(seen: SeenDevice, fn: DeviceFunction, known: Known | undefined, round: Round): Decided {
    const { order, nowMs } = round
    const verdict = verdictOf(seen.device, fn, round, this.#deps.platform)
    const before = known?.functions.get(fn.key)
    const mayHold = order.isHeld && before?.isBroken !== true
    const scan = this.#scanCase(seen, fn, verdict, order)
    const closedBy = scan === null ? null : this.#whyClosed(scan)
    const wanted = closedBy === null ? wantedAccess(verdict, mayHold, scan !== null) : 'block'
    // What is waited for now is not late for having waited for something else: closed until its rules were in force, say.
    const waitingSinceMs = before?.wanted === wanted ? before.waitingSinceMs : null
    const isOverdue = waitingSinceMs !== null && nowMs - waitingSinceMs >= graceMs
    return { fn, verdict, before, isOverdue, waitingSinceMs, wanted, scan, closedBy }
  }

  #scanCase({ device, instance }: SeenDevice, fn: DeviceFunction, verdict: Verdict, order: PassOrder): ScanCase | null {
    const { policy } = order.state
    const asked = this.#deps.scans === undefined ? null : scanOrderFor(policy, verdict)
    return asked === null ? null : { device, instance, fn, verdict, order: asked, policy }
  }

  #whyClosed(scan: ScanCase): Decided['closedBy'] {
    this.#deps.scans?.judgeUnscannable(scan)
    return this.#deps.scans?.whyClosed(scan.instance, scan.fn.key) ?? null
  }

  /** Open by its driver, and still root's alone: begins its scan where none runs. */
  async #isHeldForScan({ scan, wanted }: Decided, observation: FunctionObservation): Promise<boolean> {
    if (scan === null || wanted === 'block' || observation.isSystem || observation.state !== 'open') return false
    return (await this.#deps.scans?.look(scan)) !== 'open'
  }

  async #enforce(device: Device, decided: readonly Decided[], mayOpen: boolean): Promise<ReadonlyMap<string, Seen>> {
    const observations = await this.#deps.platform.observe(device)
    const changes = decided.filter(({ fn, wanted, before, isOverdue }) => {
      const observation = observations.find((one) => one.key === fn.key)
      const isLate = isOverdue && before?.wasRetried !== true
      const context = { mayOpen, previous: before?.wanted ?? null, isOverdue: isLate }
      return observation !== undefined && needsChange(wanted, observation, context)
    })
    const changed = new Set(changes.map((one) => one.fn.key))
    if (changes.length > 0) await this.#apply(device, changes)
    const after = changes.length === 0 ? observations : await this.#deps.platform.observe(device)
    return new Map(after.map((one) => [one.key, { observation: one, wasChanged: changed.has(one.key) }] as const))
  }

  /** Where it fails, what is observed next is what counts, and it is told. */
  async #apply(device: Device, changes: readonly Decided[]): Promise<void> {
    try {
      const asked = changes.map(({ fn, wanted }) => ({ key: fn.key, access: wanted }))
      await this.#deps.platform.applyAccess(device, asked)
    } catch (error) {
      this.#deps.onFailure(`${device.key}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  #tell(
    { device, instance }: SeenDevice,
    decided: Decided,
    { observation, wasChanged, isHeld = false }: Seen,
    { order, users, nowMs }: Round,
  ): Tracked {
    const { fn, verdict, before, wanted, closedBy } = decided
    const isOverdue = decided.isOverdue && !wasChanged
    const judged = judgeOutcome({ ...verdict, access: wanted }, observation, isOverdue)
    const isComing = judged === 'refused' && isAwaitingRules(decided, nowMs)
    const isScanning = isHeld && judged !== 'refused' && judged !== 'bypassed'
    const outcome = isComing || isScanning ? 'waiting' : judged
    const scanned = closedBy ?? (isHeld ? 'held' : null)
    const observed = describeObservation(observation) + (scanned === null ? '' : `, scan: ${scanned}`)
    const isWaiting = outcome === 'waiting'
    const mark = formatMark(outcome, wanted, verdict)
    const told = before?.told ?? null
    if (!isWaiting && mark !== before?.mark) {
      const found = this.#isFirst ? 'start' : 'plug'
      const previous = before?.wanted ?? null
      const event: Told = {
        device,
        instance,
        fn,
        verdict,
        outcome,
        wanted,
        before: told,
        previous,
        observed,
        users,
        found,
      }
      this.#deps.record(outcomeEvent(event))
      // After a scan the person was told already, and why.
      if (outcome === 'refused' && closedBy === null)
        this.#deps.notify(formatRefusal(device, verdict, order.state.policy))
    }
    return {
      fn,
      verdict,
      wanted,
      outcome,
      observed,
      nodes: wanted === 'block' || isHeld ? [] : observation.nodes.map((node) => node.name),
      mark: isWaiting ? (before?.mark ?? '') : mark,
      told: isWaiting ? told : outcome,
      waitingSinceMs: isWaiting ? (wasChanged ? nowMs : (decided.waitingSinceMs ?? nowMs)) : null,
      // Once it is as wanted, the next time it is not is a case of its own.
      wasRetried: isWaiting && (before?.wasRetried === true || (wasChanged && decided.isOverdue)),
      isBroken:
        before?.isBroken === true || (outcome === 'bypassed' && hasWritableNode(observation) && wanted !== 'block'),
    }
  }

  /** A function may be seen later than its device: the kernel sets up one interface after another. */
  #noteInput(device: Device, known: Known | undefined): void {
    if (!device.functions.some((fn) => fn.class === 'input' && known?.functions.has(fn.key) !== true)) return
    const name = this.#inputs.note(device)
    if (name === null) return
    this.#deps.record({ kind: 'device.input-new', subject: describeDevice(device, device.key), data: { device, name } })
  }

  #recall(seen: SeenDevice): Known | undefined {
    return this.#isFirst ? recall(this.#memory.plugged[seen.device.key], seen) : undefined
  }
}

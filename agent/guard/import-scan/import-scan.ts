import type { Device, DeviceFunction } from '../../../src/policy/device.ts'
import type { Policy } from '../../../src/policy/schema.ts'
import type { Verdict } from '../../../src/policy/verdict.ts'
import type { NewEvent } from '../../../src/protocol/events.ts'
import type { SensorStatus } from '../../../src/protocol/messages.ts'
import type { FolderScan, HeldDisk, HeldVolume, Notice, Platform, ScannerVersion } from '../../platform/platform.ts'
import { judgeScan, type ScanReport, type ScanResult } from './judge.ts'
import { formatScanNotice } from './notice.ts'
import { isUnscannable, type ScanOrder } from './order.ts'
import type { RecalledScan } from './recall.ts'
import { scanEvent } from './scan-event.ts'

export type ImportScanDeps = Readonly<{
  platform: Pick<Platform, 'heldMedia' | 'scanner'>
  record(event: NewEvent): void
  notify(notice: Notice): void
  now(): Date
  /** A scan came to its end: decide again. */
  onDone(): void
  recalled: readonly RecalledScan[]
}>

export type ScanCase = Readonly<{
  device: Device
  instance: string
  fn: DeviceFunction
  verdict: Verdict
  order: ScanOrder
  policy: Policy | null
}>

/** `open`: its user may have it. `held`: nothing is decided yet. Otherwise why it is closed until it is plugged in anew. */
export type ScanStanding = 'open' | 'held' | 'infected' | 'incomplete'

export type ImportScanCounts = Readonly<{
  scanner: ScannerVersion | null
  lastAt: string | null
  scanned: number
  infected: number
  failed: number
  detail: string
}>

const msPerSecond = 1000
const scannerRetryMs = 2_000
const holdPollMs = 100
const holdPatienceMs = 10_000

export const noScans: ImportScanCounts = { scanner: null, lastAt: null, scanned: 0, infected: 0, failed: 0, detail: '' }

/** Media that are permitted, held until they were scanned. One scan at a time: they share one engine and one bus. */
export class ImportScan {
  readonly #deps: ImportScanDeps
  /** Closed until it is plugged in anew, by function and plugging-in. */
  readonly #closed = new Map<string, 'infected' | 'incomplete'>()
  /** Media of which the journal already says that they may be opened. */
  readonly #opened = new Set<string>()
  readonly #running = new Map<string, AbortController>()
  #queue: Promise<void> = Promise.resolve()
  #counts: ImportScanCounts = noScans
  #isStopped = false

  constructor(deps: ImportScanDeps) {
    this.#deps = deps
    for (const { instance, function: key, media, result, isOpened } of deps.recalled) {
      if (isOpened) for (const id of marksOf(media, instance, key)) this.#opened.add(id)
      else if (result !== 'clean') this.#closed.set(nameOf(instance, key), result)
    }
  }

  /** Why this plugging-in stays closed; null where a scan may still open it. */
  whyClosed(instance: string, key: string): 'infected' | 'incomplete' | null {
    return this.#closed.get(nameOf(instance, key)) ?? null
  }

  /** A device that nothing can scan is judged before it is opened. */
  judgeUnscannable(one: ScanCase): void {
    const { instance, fn } = one
    if (this.#isUnscannable(fn) && this.whyClosed(instance, fn.key) === null) this.#conclude(one, [], unscannable, 0)
  }

  /** By its kind, or because this system can hold nothing back for a scan. */
  #isUnscannable(fn: ScanCase['fn']): boolean {
    return this.#deps.platform.heldMedia === null || isUnscannable(fn.class)
  }

  /** How an open, held function stands; begins the scan where one is due. */
  async look(one: ScanCase): Promise<ScanStanding> {
    const { instance, device, fn } = one
    const closed = this.whyClosed(instance, fn.key)
    if (closed !== null) return closed
    const { heldMedia } = this.#deps.platform
    if (isUnscannable(fn.class)) return this.#conclude(one, [], unscannable, 0)
    if (heldMedia === null) return this.#conclude(one, [], unheld, 0)
    const disks = await heldMedia.observe(device, fn.key)
    if (disks.length === 0) return 'held'
    const due = disks.filter(({ isCleared, isEmpty }) => !isCleared && !isEmpty)
    if (due.length === 0) return 'open'
    if (due.every(({ id }) => id !== null && this.#opened.has(id))) {
      await heldMedia.clear(due)
      return 'open'
    }
    this.#begin(one)
    return 'held'
  }

  /** A scanner that is missing is known before a medium comes. */
  async lookAtScanner(): Promise<void> {
    if (this.#running.size > 0) return
    const version = await this.#deps.platform.scanner.describe().catch(() => null)
    this.#counts = { ...this.#counts, scanner: version, detail: version === null ? 'no scanner answers' : '' }
  }

  /** What is no longer plugged in is no longer scanned. */
  forget(isThere: (instance: string) => boolean): void {
    for (const [name, controller] of this.#running) if (!isThere(instanceOf(name))) controller.abort()
    for (const name of this.#closed.keys()) if (!isThere(instanceOf(name))) this.#closed.delete(name)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    for (const controller of this.#running.values()) controller.abort()
    await this.#queue
  }

  counts(): ImportScanCounts {
    return this.#counts
  }

  sensor(isWanted: boolean): SensorStatus {
    const { lastAt, detail } = this.#counts
    const id = 'guard.import-scan'
    if (!isWanted) return { id, state: 'off', lastAt, detail: 'the policy asks for no scan' }
    const now = this.#running.size > 0 ? 'scanning; ' : ''
    const state = detail === '' ? 'working' : 'degraded'
    return { id, state, lastAt, detail: `${now}${detail}`.slice(0, 500) }
  }

  #begin(one: ScanCase): void {
    const name = nameOf(one.instance, one.fn.key)
    if (this.#running.has(name) || this.#isStopped) return
    const controller = new AbortController()
    this.#running.set(name, controller)
    this.#queue = this.#queue
      .then(() => this.#run(one, controller))
      .catch((error: unknown) => {
        const detail = error instanceof Error ? error.message : String(error)
        this.#counts = { ...this.#counts, detail }
      })
      .finally(() => {
        this.#running.delete(name)
        if (!this.#isStopped) this.#deps.onDone()
      })
  }

  async #run(one: ScanCase, controller: AbortController): Promise<void> {
    const { heldMedia } = this.#deps.platform
    if (heldMedia === null || controller.signal.aborted) return
    const startedMs = this.#deps.now().getTime()
    const timeoutMs = one.order.timeoutSeconds * msPerSecond
    const timer = setTimeout(() => controller.abort('timeout'), timeoutMs)
    let disks: readonly HeldDisk[] = []
    let report: ScanReport
    try {
      disks = await this.#untilHeld(one, controller.signal)
      report = await this.#scan(one, timeoutMs, controller.signal)
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error)
      report = { scanner: this.#counts.scanner, volumes: [], scans: [], failure }
    } finally {
      clearTimeout(timer)
      await heldMedia.unmount(one.fn.key).catch(() => undefined) // gone with its device, or the next mount takes it away
    }
    const wasTakenOut = controller.signal.aborted && controller.signal.reason !== 'timeout'
    if (wasTakenOut || this.#isStopped) return
    const again = await heldMedia.observe(one.device, one.fn.key)
    // Another medium came meanwhile: what was found says nothing of it, and the next look begins anew.
    if (idsOf(again).join() !== idsOf(disks).join() && disks.length > 0) return
    const durationMs = this.#deps.now().getTime() - startedMs
    const standing = this.#conclude(one, disks, report, durationMs)
    if (standing === 'open') await heldMedia.clear(disks)
  }

  /** Nothing is mounted before udev has given every node to root alone. */
  async #untilHeld({ device, fn }: ScanCase, signal: AbortSignal): Promise<readonly HeldDisk[]> {
    const { heldMedia } = this.#deps.platform
    for (let waitedMs = 0; waitedMs < holdPatienceMs && !signal.aborted; waitedMs += holdPollMs) {
      const disks = (await heldMedia?.observe(device, fn.key)) ?? []
      const due = disks.filter(({ isEmpty }) => !isEmpty)
      if (due.length > 0 && due.every(({ isHeld, id }) => isHeld && id !== null)) return due
      await pause(holdPollMs, signal)
    }
    throw new Error('its nodes are not held back from users')
  }

  async #scan({ fn }: ScanCase, timeoutMs: number, signal: AbortSignal): Promise<ScanReport> {
    const { heldMedia, scanner } = this.#deps.platform
    const version = await this.#untilScanner(signal)
    const volumes: readonly HeldVolume[] = (await heldMedia?.mount(fn.key, timeoutMs)) ?? []
    const scans: FolderScan[] = []
    for (const { point } of volumes.filter(({ state }) => state === 'mounted')) {
      scans.push(await scanner.scan(point, signal))
    }
    const failure = signal.aborted ? `not done within ${timeoutMs / msPerSecond} seconds` : null
    return { scanner: version, volumes, scans, failure }
  }

  /** A scanner that still loads its patterns (at boot, after an update) is waited for. */
  async #untilScanner(signal: AbortSignal): Promise<ScannerVersion> {
    for (;;) {
      const version = await this.#deps.platform.scanner.describe()
      this.#counts = { ...this.#counts, scanner: version, detail: version === null ? 'no scanner answers' : '' }
      if (version !== null) return version
      if (signal.aborted) throw new Error('no scanner answers')
      await pause(scannerRetryMs, signal)
    }
  }

  /** Told before it holds: a kill after the line leaves the medium held, and the next start goes by the line. */
  #conclude(one: ScanCase, disks: readonly HeldDisk[], report: ScanReport, durationMs: number): ScanStanding {
    const judgement = judgeScan(report)
    const { result } = judgement
    const { device, instance, fn, verdict, policy } = one
    const media = idsOf(disks)
    // What was never held back from its user in the first place is not let through for having been incomplete.
    const mayAllow = one.order.whenIncomplete === 'allow' && (media.length > 0 || isUnscannable(fn.class))
    const isOpened = result === 'clean' || (result === 'incomplete' && mayAllow)
    if (media.length > 0 || !this.#opened.has(nameOf(instance, fn.key))) {
      this.#deps.record(scanEvent({ device, instance, fn, verdict, media, report, judgement, isOpened, durationMs }))
      const isFinal = report === unscannable || report === unheld
      const notice = formatScanNotice(device, judgement, { isOpened, isFinal }, policy)
      if (notice !== null) this.#deps.notify(notice)
      this.#count(result)
    }
    if (!isOpened) this.#closed.set(nameOf(instance, fn.key), result)
    else for (const id of marksOf(media, instance, fn.key)) this.#opened.add(id)
    if (isOpened) return 'open'
    return result === 'infected' ? 'infected' : 'incomplete'
  }

  #count(result: ScanResult): void {
    const { scanned, infected, failed } = this.#counts
    this.#counts = {
      ...this.#counts,
      lastAt: this.#deps.now().toISOString(),
      scanned: scanned + 1,
      infected: infected + (result === 'infected' ? 1 : 0),
      failed: failed + (result === 'incomplete' ? 1 : 0),
    }
  }
}

const unscannable: ScanReport = {
  scanner: null,
  volumes: [],
  scans: [],
  failure: 'a device of this kind cannot be scanned',
}

const unheld: ScanReport = { ...unscannable, failure: 'this system cannot hold media back for a scan' }

function idsOf(disks: readonly HeldDisk[]): string[] {
  return disks.flatMap(({ id, isEmpty }) => (id === null || isEmpty ? [] : [id])).sort()
}

/** A device without media is remembered by its plugging-in. */
function marksOf(media: readonly string[], instance: string, key: string): readonly string[] {
  return media.length > 0 ? media : [nameOf(instance, key)]
}

function nameOf(instance: string, key: string): string {
  return `${instance} ${key}`
}

function instanceOf(name: string): string {
  return name.slice(0, name.lastIndexOf(' '))
}

function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs)
    signal.addEventListener('abort', () => resolve(), { once: true })
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
  })
}

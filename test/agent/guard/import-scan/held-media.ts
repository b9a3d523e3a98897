import type {
  FolderScan,
  HeldDisk,
  HeldMedia,
  HeldVolume,
  Scanner,
  ScannerVersion,
} from '../../../../agent/platform/platform.ts'
import type { Device } from '../../../../src/policy/device.ts'
import type { FakePlatform } from '../fake-platform.ts'

/** Media behind the functions of a machine in memory: each is held until it is cleared, and has an id of its own. */
export class FakeHeldMedia implements HeldMedia {
  readonly cleared = new Set<string>()
  readonly mounted: string[] = []
  volumes: readonly HeldVolume[] = [{ node: 'sdb1', type: 'vfat', state: 'mounted', point: '/run/medium' }]
  isHeld = true
  isEmpty = false
  diskId = '1'
  readonly #platform: FakePlatform

  constructor(platform: FakePlatform) {
    this.#platform = platform
  }

  async observe(_device: Device, key: string): Promise<readonly HeldDisk[]> {
    const { isOpen } = this.#platform.state(key)
    const isCleared = this.cleared.has(this.diskId)
    if (!isOpen) return []
    return [{ name: 'sdb', id: this.diskId, isHeld: this.isHeld && !isCleared, isCleared, isEmpty: this.isEmpty }]
  }

  async mount(key: string): Promise<readonly HeldVolume[]> {
    this.mounted.push(key)
    return this.volumes
  }

  async unmount(): Promise<void> {
    return undefined
  }

  async clear(disks: readonly HeldDisk[]): Promise<void> {
    for (const { id } of disks) if (id !== null) this.cleared.add(id)
  }
}

/** A scanner whose answers are given by hand: `finish` ends the scan that waits. */
export class FakeScanner implements Scanner {
  version: ScannerVersion | null = { engine: 'ClamAV 1.4.6', database: '27500' }
  scans = 0
  #finish: ((scan: FolderScan) => void) | null = null
  #started: (() => void) | null = null

  async describe(): Promise<ScannerVersion | null> {
    return this.version
  }

  scan(_folder: string, signal: AbortSignal): Promise<FolderScan> {
    this.scans += 1
    return new Promise((resolve) => {
      this.#finish = resolve
      signal.addEventListener('abort', () => resolve({ ...nothing, problems: [{ path: '', why: 'timeout' }] }))
      this.#started?.()
    })
  }

  /** Resolves once a scan waits for its answer. */
  async untilScanning(): Promise<void> {
    if (this.#finish !== null) return
    await new Promise<void>((resolve) => {
      this.#started = resolve
    })
    this.#started = null
  }

  finish(scan: Partial<FolderScan> = {}): void {
    const finish = this.#finish
    this.#finish = null
    finish?.({ ...nothing, files: 3, bytes: 42, ...scan })
  }
}

const nothing: FolderScan = { files: 0, bytes: 0, infected: [], problems: [] }

import type {
  AccessChange,
  Baseline,
  BaselineObservation,
  CarriedFile,
  DeviceWatch,
  FileWatch,
  FunctionObservation,
  HeldMedia,
  Notice,
  Platform,
  QuarantineObservation,
  QuarantineWanted,
  Restoration,
  Scanner,
  SeenDevice,
  Session,
  Withdrawal,
} from '../../../agent/platform/platform.ts'
import type { Raw } from '../../../src/checks/reading.ts'
import type { Access, Device, DeviceFunction } from '../../../src/policy/device.ts'

type Node = { name: string; isReadOnly: boolean }
type State = { isOpen: boolean; nodes: Node[]; isHeld: boolean; isSystem: boolean }

/** A machine in memory that behaves as the kernel and the rules do: default deny where a baseline is in force. */
export class FakePlatform implements Platform {
  readonly capabilities = {
    readOnly: ['mass-storage', 'sd-card', 'optical'],
    blocking: 'default-deny',
    carryIn: true,
  } as const
  heldMedia: HeldMedia | null = null
  scanner: Scanner = {
    describe: async () => null,
    scan: async () => ({ files: 0, bytes: 0, infected: [], problems: [] }),
  }
  readonly written: (readonly AccessChange[])[] = []
  readonly notices: Notice[] = []
  readonly kept = new Map<string, string>()
  readonly baselines: Baseline[] = []
  readonly quarantines: QuarantineWanted[] = []
  /** False: whoever puts the packet filter in force is missing. */
  obeysQuarantine = true
  restored = 0
  /** Put back by the system itself, and not told by `observeBaseline` yet. */
  restorations: Restoration[] = []
  withdrawals = 0
  withdrawal: Withdrawal | Promise<Withdrawal> = { units: [], failure: '' }
  sessions: Session[] = []
  bootId = 'boot-1'
  /** What the system puts in force of what was asked for; `null`: nothing (the helper is missing). */
  obeysBaseline = true
  /** Functions that have left by the time they are observed. */
  readonly gone = new Set<string>()
  /** A kernel that does not do as it is told. */
  isStubborn = false
  inForce: Baseline = { mode: 'off' }
  #seen: SeenDevice[] = []
  readonly #states = new Map<string, State>()
  #watch: DeviceWatch | null = null
  #files: FileWatch | null = null
  #instances = 0

  plug(device: Device, options: { isSystem?: boolean; isOpen?: boolean } = {}): void {
    this.#instances += 1
    this.#show({ device, instance: String(this.#instances) }, options)
  }

  /** The same plugging-in, of which more functions are there by now. */
  complete(device: Device): void {
    const before = this.#seen.find((one) => one.device.key === device.key)
    if (before === undefined) throw new Error(`no device ${device.key}`)
    this.#seen = this.#seen.filter((one) => one !== before)
    this.#show({ device, instance: before.instance }, {})
  }

  #show(seen: SeenDevice, options: { isSystem?: boolean; isOpen?: boolean }): void {
    this.#seen.push(seen)
    for (const fn of seen.device.functions) {
      const state = { isOpen: false, nodes: [], isHeld: false, isSystem: options.isSystem === true }
      this.#states.set(fn.key, state)
      if (options.isOpen === true || options.isSystem === true || this.#defaultAccess(fn) !== 'block')
        this.#open(fn, state)
    }
    this.#watch?.onChange()
  }

  /** The same plugging-in, of which more came at last, and left with it while nobody looked. */
  flashMore(device: Device): void {
    const left = this.#seen.find((one) => one.device.key === device.key)
    this.#seen = this.#seen.filter((one) => one !== left)
    this.#watch?.onLeft?.({ device, instance: left?.instance ?? null, cameAtMs: 0, leftAtMs: 700 })
    this.#watch?.onChange()
  }

  unplug(key: string): void {
    const left = this.#seen.find((one) => one.device.key === key)
    this.#seen = this.#seen.filter((one) => one.device.key !== key)
    if (left !== undefined) this.#watch?.onLeft?.({ ...left, cameAtMs: 0, leftAtMs: 700 })
    this.#watch?.onChange()
  }

  /** Came and went while nobody looked; without an instance it was gone before even that could be read. */
  flash(device: Device, times: Readonly<{ cameAtMs: number; leftAtMs: number }>, isRead = true): void {
    this.#instances += 1
    this.#watch?.onLeft?.({ device, instance: isRead ? String(this.#instances) : null, ...times })
    this.#watch?.onChange()
  }

  state(key: string): State {
    const state = this.#states.get(key)
    if (state === undefined) throw new Error(`no function ${key}`)
    return state
  }

  loseEvents(): void {
    this.#watch?.onState({ id: 'guard.uevents', state: 'failed', source: 'kernel', detail: 'ENOBUFS' })
  }

  regainEvents(): void {
    this.#watch?.onState({ id: 'guard.uevents', state: 'working', source: 'udevadm', detail: '' })
  }

  carry(file: CarriedFile): void {
    this.#files?.onFile(file)
  }

  watchedNodes(): readonly string[] {
    return this.#files?.nodes() ?? []
  }

  async readDevices(): Promise<readonly SeenDevice[]> {
    return [...this.#seen]
  }

  watchDevices(watch: DeviceWatch) {
    this.#watch = watch
    watch.onState({ id: 'guard.uevents', state: 'working', source: 'kernel', detail: '' })
    return { stop: () => undefined }
  }

  async applyBaseline(wanted: Baseline): Promise<void> {
    this.baselines.push(wanted)
    if (this.obeysBaseline) this.inForce = wanted
  }

  async observeBaseline(wanted: Baseline): Promise<BaselineObservation> {
    const isSame = JSON.stringify(wanted) === JSON.stringify(this.inForce)
    return isSame ? { state: 'in-force', detail: '' } : { state: 'differs', detail: 'rules differ' }
  }

  async endRestorations(): Promise<readonly Restoration[]> {
    return this.restorations
  }

  async applyAccess(device: Device, changes: readonly AccessChange[]): Promise<void> {
    this.written.push(changes)
    if (this.isStubborn) throw new Error('EACCES')
    for (const { key, access } of changes) {
      const fn = device.functions.find((one) => one.key === key)
      const state = this.state(key)
      Object.assign(state, { isOpen: false, nodes: [], isHeld: false })
      if (fn !== undefined && access !== 'block') this.#open(fn, state, access)
    }
  }

  async withdrawExceptions(): Promise<Withdrawal> {
    this.withdrawals += 1
    return this.withdrawal
  }

  async observe(device: Device): Promise<readonly FunctionObservation[]> {
    return device.functions.map(({ key }) => {
      if (this.gone.has(key)) return { key, state: 'gone', driver: null, nodes: [], isHeld: false, isSystem: false }
      const { isOpen, nodes, isHeld, isSystem } = this.state(key)
      return { key, state: isOpen ? 'open' : 'closed', driver: isOpen ? 'driver' : null, nodes, isHeld, isSystem }
    })
  }

  async applyQuarantine(wanted: QuarantineWanted): Promise<void> {
    this.quarantines.push(wanted)
  }

  async observeQuarantine(wanted: QuarantineWanted): Promise<QuarantineObservation> {
    const asked = this.quarantines.at(-1)
    if (wanted.mode === 'off' && asked === undefined)
      return { state: 'in-force', detail: 'never asked for', restored: 0 }
    const isSo = this.obeysQuarantine && JSON.stringify(asked) === JSON.stringify(wanted)
    return {
      state: isSo ? 'in-force' : 'differs',
      detail: isSo ? 'as asked' : 'nobody answers',
      restored: this.restored,
    }
  }

  async readResolvers(): Promise<readonly string[]> {
    return ['192.0.2.53']
  }

  async readSessions(): Promise<readonly Session[]> {
    return this.sessions
  }

  async notify(notice: Notice): Promise<void> {
    this.notices.push(notice)
  }

  async readMachine() {
    return { hostname: 'host', os: 'os', bootId: this.bootId, hardware: '0'.repeat(64) }
  }

  watchFiles(watch: FileWatch) {
    this.#files = watch
    return { stop: () => undefined }
  }

  async readKept(name: string): Promise<string | null> {
    return this.kept.get(name) ?? null
  }

  async keep(name: string, text: string): Promise<void> {
    this.kept.set(name, text)
  }

  async read(): Promise<Raw> {
    return { kind: 'failed', reason: 'unsupported', detail: 'a machine in memory' }
  }

  watchPaths() {
    return { stop: () => undefined }
  }

  watchChanges() {
    return { stop: () => undefined }
  }

  async readOwnFiles() {
    return []
  }

  async forget(): Promise<void> {
    this.quarantines.length = 0
  }

  readCpuMs(): number {
    return 0
  }

  #defaultAccess({ class: name }: DeviceFunction): Access {
    if (name === 'input' || name === 'hub' || name === 'smart-card' || this.inForce.mode === 'off') return 'read-write'
    return this.inForce.classes[name]
  }

  #open(fn: DeviceFunction, state: State, access: Access = this.#defaultAccess(fn)): void {
    state.isOpen = true
    state.isHeld = access === 'read-only' && this.inForce.mode === 'on'
    const hasNode = fn.class === 'mass-storage' || fn.class === 'sd-card' || fn.class === 'optical'
    if (hasNode) state.nodes = [{ name: `node-${fn.key}`, isReadOnly: state.isHeld }]
  }
}

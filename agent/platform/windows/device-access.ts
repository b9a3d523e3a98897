import { TanmoriError } from '../../../src/errors.ts'
import type { Access, BlockableClass, Device, DeviceClass } from '../../../src/policy/device.ts'
import { isNeverBlockable } from '../../../src/policy/media-class.ts'
import type { AccessChange, Withdrawal } from '../platform.ts'
import type { WindowsBaseline } from './baseline.ts'
import { type DeviceNode, type DeviceState, descendantsOf, findNode, problems } from './device-node.ts'
import type { DeviceSystem } from './device-system.ts'
import { isNeeded, observeDevice } from './observe-device.ts'
import { type ClassAccess, heldAccess, sharersOf, type UnitAccess } from './plan-registry.ts'
import { listDevices } from './read-devices.ts'

export type AccessDeps = Readonly<{
  system: DeviceSystem
  baseline: WindowsBaseline
  isLayered: boolean
  now(): Date
}>

/** A device that does not start is not asked again and again: each asking is itself a change that is told of. */
const startAgainMs = 30_000
const maxRemembered = 1_000

type Unit = Readonly<{ class: BlockableClass; access: Access }>

/**
 * The units that are excepted from what holds for their class, permitted or refused. Windows' policies hold them; this
 * has them changed, and the device started or stopped to match.
 */
export class DeviceAccess {
  readonly #deps: AccessDeps
  readonly #units = new Map<string, Unit>()
  readonly #started = new Map<string, number>()
  #isWithdrawn = false

  constructor(deps: AccessDeps) {
    this.#deps = deps
  }

  /** Closes first, then opens. What the system runs from, and what nobody may be locked out of, is never closed. */
  async apply(device: Device, changes: readonly AccessChange[]): Promise<void> {
    const refused: string[] = []
    for (const { key, access } of changes.filter((one) => one.access === 'block')) {
      const isClosed = await this.#close(device, key, access)
      if (!isClosed) refused.push(key)
    }
    for (const { key, access } of changes.filter((one) => one.access !== 'block')) await this.#open(device, key, access)
    if (refused.length > 0) {
      const why = 'the system runs from it, or somebody types on it: it stays open'
      throw new TanmoriError('platform.failed', `${device.key}: ${why}`, { details: { keys: refused } })
    }
  }

  /** What Windows' policies except outlives a boot, and nobody would end it in time before the agent runs again. */
  async withdraw(): Promise<Withdrawal> {
    this.#isWithdrawn = true
    const opened = [...this.#units].filter(([, { access }]) => access !== 'block').map(([key]) => key)
    for (const key of opened) this.#units.delete(key)
    const refused = [...this.#units].map(([key, unit]) => ({ instanceIds: [key], ...unit }))
    const observed = await this.#deps.baseline.closeUnits(refused)
    return { units: opened, failure: observed === null || observed.state === 'in-force' ? '' : observed.detail }
  }

  /** What is gone needs no exception; what came below a permitted unit is permitted with it. */
  async follow({ nodes }: DeviceState): Promise<void> {
    for (const key of this.#units.keys()) if (findNode(nodes, key) === undefined) this.#units.delete(key)
    await this.#deps.baseline.setUnits(this.#listUnits(nodes))
    for (const [key, { access }] of this.#units) {
      if (access === 'block') continue
      for (const node of descendantsOf(nodes, key)) await this.#start(node)
    }
  }

  /** After nothing is denied any more: what was, is looked at by Windows once more. */
  async startDenied(): Promise<void> {
    const { nodes } = await this.#deps.system.read()
    const denied = nodes.filter(
      ({ problem }) => problem === problems.failedInstall || problem === problems.disabledService,
    )
    // One that has no driver at all is refused again: nothing to tell.
    for (const node of denied) await this.#deps.system.start(node.instanceId).catch(() => undefined)
  }

  async #start(node: DeviceNode | undefined): Promise<void> {
    if (node === undefined || (node.isStarted && node.problem === problems.none)) return
    const nowMs = this.#deps.now().getTime()
    const name = `${node.instanceId} ${node.arrivedAt} ${node.problem}`
    if (nowMs - (this.#started.get(name) ?? Number.NEGATIVE_INFINITY) < startAgainMs) return
    if (this.#started.size > maxRemembered) this.#started.clear()
    this.#started.set(name, nowMs)
    await this.#deps.system.start(node.instanceId)
  }

  async #close(device: Device, key: string, access: Access): Promise<boolean> {
    const state = await this.#deps.system.read()
    const fn = device.functions.find((one) => one.key === key)
    const observed = observeDevice(device, state, { volumes: false, optical: false }).find((one) => one.key === key)
    if (fn === undefined || observed === undefined || observed.state === 'gone') return true
    if (observed.isSystem || !isBlockable(fn.class)) return false
    this.#units.set(key, { class: fn.class, access })
    await this.follow(state)
    await this.#dismountBelow(key, state)
    if (observed.state === 'open') await this.#deps.system.stop(key)
    return true
  }

  async #open(device: Device, key: string, access: Access): Promise<void> {
    const fn = device.functions.find((one) => one.key === key)
    if (fn === undefined || !isBlockable(fn.class)) return
    const classes = this.#deps.baseline.classes()
    if (classes === null) {
      this.#units.delete(key)
    } else {
      const sharers = sharersOf(fn.class)
      if (access === 'read-only') this.#checkNoWriter(key, sharers)
      if (access === 'read-write') await this.#closeReaders(key, sharers, classes)
      if (!this.#deps.isLayered && classes[fn.class] === 'block') {
        throw new TanmoriError(
          'platform.unsupported',
          `${key}: this Windows cannot except single units from what is denied`,
        )
      }
      if (this.#isWithdrawn) throw new TanmoriError('platform.failed', `${key}: the machine goes down, it stays closed`)
      this.#units.set(key, { class: fn.class, access })
    }
    const state = await this.#deps.system.read()
    await this.follow(state)
    await this.#start(findNode(state.nodes, key))
  }

  /** Read-only holds for all media of a kind or for none. */
  #checkNoWriter(key: string, sharers: readonly BlockableClass[]): void {
    const writer = [...this.#units].find(
      ([one, unit]) => one !== key && unit.access === 'read-write' && sharers.includes(unit.class),
    )
    if (writer === undefined) return
    throw new TanmoriError(
      'platform.failed',
      `${key}: stays closed while ${writer[0]} may be written to: Windows holds read-only for all media of a kind or for none`,
    )
  }

  /** What is read-only now would become writable with the one that is to be opened. */
  async #closeReaders(key: string, sharers: readonly BlockableClass[], classes: ClassAccess): Promise<void> {
    const state = await this.#deps.system.read()
    if (heldAccess(sharers, classes, this.#listUnits(state.nodes)) !== 'read-only') return
    for (const fn of listDevices(state, new Set()).flatMap(({ device }) => device.functions)) {
      const isReader = fn.key !== key && this.#units.get(fn.key)?.access !== 'read-write'
      if (!isReader || !sharers.some((name) => name === fn.class)) continue
      const node = findNode(state.nodes, fn.key)
      if (node === undefined || !node.isStarted || isNeeded(fn.key, state)) continue
      this.#units.delete(fn.key)
      await this.#dismountBelow(fn.key, state)
      await this.#deps.system.stop(fn.key)
    }
  }

  async #dismountBelow(key: string, state: DeviceState): Promise<void> {
    const nodes = [key, ...descendantsOf(state.nodes, key).map((node) => node.instanceId)]
    const disks = nodes.flatMap((id) => state.diskOf.get(id.toUpperCase()) ?? [])
    const volumes = state.volumes.filter((volume) => volume.disks.some((disk) => disks.includes(disk)))
    for (const volume of volumes) await this.#deps.system.dismount(volume.name)
  }

  #listUnits(nodes: DeviceState['nodes']): readonly UnitAccess[] {
    return [...this.#units].map(([key, unit]) => ({
      instanceIds: [key, ...descendantsOf(nodes, key).map((node) => node.instanceId)],
      ...unit,
    }))
  }
}

function isBlockable(name: DeviceClass): name is BlockableClass {
  return !isNeverBlockable(name)
}

import { beforeEach, describe, expect, it } from 'vitest'
import type { Baseline, SeenDevice } from '../../../../agent/platform/platform.ts'
import type { DeviceNode, DeviceState } from '../../../../agent/platform/windows/device-node.ts'
import type { DeviceSystem } from '../../../../agent/platform/windows/device-system.ts'
import { createGuard, type WindowsGuard } from '../../../../agent/platform/windows/guard.ts'
import { restrictionsKey, servicesKey, storageKey } from '../../../../agent/platform/windows/plan-registry.ts'
import type { Access } from '../../../../src/policy/device.ts'
import { allClasses } from '../../../policy/classes.ts'
import { FakeRegistry } from './fake-registry.ts'
import { classIds, node, stateOf, stick, stickId } from './nodes.ts'

const disk = `${storageKey}\\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}`
const usbstor = `${servicesKey}\\USBSTOR`
const open = allClasses('read-write')
const blocked: Baseline = {
  mode: 'on',
  classes: { ...open, 'mass-storage': 'block', 'sd-card': 'block', portable: 'block', optical: 'block' },
}
const readOnly: Baseline = { mode: 'on', classes: { ...open, 'mass-storage': 'read-only', 'sd-card': 'read-only' } }

/** Windows in memory: a stopped device has nothing below it, a started one its disk. */
class FakeSystem implements DeviceSystem {
  nodes: readonly DeviceNode[] = []
  changes: Partial<DeviceState> = {}
  canStart = true
  readonly done: string[] = []
  readonly registry: FakeRegistry

  constructor(registry: FakeRegistry) {
    this.registry = registry
  }

  async read() {
    return stateOf(this.nodes, this.changes)
  }

  async start(id: string) {
    this.done.push(`start ${id}`)
    if (id !== stickId || !this.canStart || !this.#isAllowed(id)) return
    this.nodes = [...stick(), ...this.nodes.filter((one) => one.instanceId !== stickId && one.parentId !== stickId)]
  }

  async stop(id: string) {
    this.done.push(`stop ${id}`)
    this.nodes = this.nodes
      .filter((one) => one.parentId !== id)
      .map((one) => (one.instanceId === id ? { ...one, isStarted: false, problem: 22 } : one))
  }

  async dismount(volume: string) {
    this.done.push(`dismount ${volume}`)
    return true
  }

  #isAllowed(id: string): boolean {
    const denied = this.registry.readValues(`${restrictionsKey}\\DenyDeviceIDs`) ?? {}
    const allowed = this.registry.readValues(`${restrictionsKey}\\AllowInstanceIDs`) ?? {}
    const isDenied = Object.values(denied).some((one) => one.data === 'USB\\Class_08')
    return !isDenied || Object.values(allowed).some((one) => one.data === id)
  }
}

let registry: FakeRegistry
let system: FakeSystem
let kept: Map<string, string>
let guard: WindowsGuard

beforeEach(() => {
  registry = new FakeRegistry()
  registry.writeValue(usbstor, 'Start', { type: 'dword', data: 3 })
  system = new FakeSystem(registry)
  kept = new Map()
  guard = create()
})

function create(isLayered = true): WindowsGuard {
  return createFor(system, isLayered)
}

function createFor(devices: DeviceSystem, isLayered = true): WindowsGuard {
  return createGuard({
    registry,
    watchRegistry: (watch) => registry.watch(watch),
    readKept: async (name) => kept.get(name) ?? null,
    keep: async (name, text) => void kept.set(name, text),
    readPolicySettings: () => [],
    system: devices,
    sources: [],
    events: null,
    isLayered,
    readUser: async () => 'yamada',
    audit: null,
    now: () => new Date('2026-11-21T09:00:00Z'),
  })
}

describe('the default deny', () => {
  it('is in force once it was asked for, and by a next agent once that asked too', async () => {
    expect(await guard.observeBaseline({ mode: 'off' })).toMatchObject({ state: 'in-force' })
    expect(await guard.observeBaseline(blocked)).toMatchObject({ state: 'differs' })
    await guard.applyBaseline(blocked)
    expect(await guard.observeBaseline(blocked)).toMatchObject({ state: 'in-force' })
    const next = create()
    expect(await next.observeBaseline({ mode: 'off' })).toMatchObject({ state: 'differs' })
    expect(await next.observeBaseline(blocked)).toMatchObject({
      state: 'differs',
      detail: 'not asked for by this agent yet',
    })
  })

  it('is not for a machine that runs from USB: nothing is written there', async () => {
    system.nodes = stick()
    system.changes = { systemDisks: ['disk 1'] }
    const before = registry.dump()
    await guard.applyBaseline(blocked)
    expect(registry.dump()).toEqual(before)
    expect(await guard.observeBaseline(blocked)).toMatchObject({
      state: 'unsupported',
      detail: 'Windows runs from a disk on USB: denying USB storage would stop it',
    })
  })

  it('says what it cannot except', async () => {
    guard = create(false)
    await guard.applyBaseline(blocked)
    expect((await guard.observeBaseline(blocked)).detail).toContain('cannot except single units')
  })

  it('holds media closed that are to be scanned: Windows cannot hold them back', async () => {
    await guard.applyBaseline({ ...readOnly, isScanned: true })
    expect(registry.readValue(disk, 'Deny_Read')?.data).toBe(1)
  })

  it('says why where the registry cannot be written', async () => {
    registry.refusal = 5
    await guard.applyBaseline(blocked)
    expect(await guard.observeBaseline(blocked)).toMatchObject({
      state: 'differs',
      detail: expect.stringContaining('Windows error 5'),
    })
  })
})

describe('a stick', () => {
  it('that is denied is permitted by its instance id, and its driver is on for it', async () => {
    system.nodes = stick({ isStarted: false, problem: 28 })
    await guard.applyBaseline(blocked)
    expect(await stateOfStick()).toMatchObject({ state: 'closed', nodes: [] })
    await change('read-write')
    expect(await stateOfStick()).toMatchObject({ state: 'open', nodes: [{ name: 'E:\\', isReadOnly: false }] })
    expect(allowed()).toContain(stickId)
    expect(registry.readValue(usbstor, 'Start')?.data).toBe(3)
    expect(await guard.observeBaseline(blocked)).toMatchObject({ state: 'in-force' })
  })

  it('that does not start is not asked again and again', async () => {
    system.nodes = stick({ isStarted: false, problem: 10 })
    system.canStart = false
    await guard.applyBaseline(blocked)
    await change('read-write')
    await change('read-write')
    expect(system.done).toEqual([`start ${stickId}`])
    system.nodes = stick({ isStarted: false, problem: 10, arrivedAt: '02' })
    guard = create()
    await guard.applyBaseline(blocked)
    await change('read-write')
    expect(system.done).toHaveLength(2)
  })

  it('that was denied is looked at again when the agent is taken off', async () => {
    system.nodes = stick({ isStarted: false, problem: 28 })
    await guard.applyBaseline(blocked)
    await guard.applyBaseline({ mode: 'off' })
    expect(system.done).toEqual([`start ${stickId}`])
    expect(system.nodes[0]?.isStarted).toBe(true)
  })

  it('that was permitted and is pulled out leaves nothing open', async () => {
    system.nodes = stick({ isStarted: false, problem: 28 })
    await guard.applyBaseline(blocked)
    await change('read-write')
    system.nodes = []
    await guard.readDevices()
    expect(allowed()).toEqual([])
    expect(registry.readValue(usbstor, 'Start')?.data).toBe(4)
  })

  it('in use is dismounted first, then stopped, when the policy tightens', async () => {
    system.nodes = stick()
    await guard.applyBaseline(blocked)
    await change('block')
    expect(system.done).toEqual([expect.stringMatching(/^dismount .*Volume/), `stop ${stickId}`])
    expect(await stateOfStick()).toMatchObject({ state: 'closed', nodes: [] })
    expect(registry.readValues(`${restrictionsKey}\\DenyInstanceIDs`)).toMatchObject({ 9001: { data: stickId } })
  })

  it('that the system runs from is never closed', async () => {
    system.nodes = stick()
    system.changes = { systemDisks: ['disk 1'] }
    const device = await theStick()
    await expect(guard.applyAccess(device.device, [{ key: stickId, access: 'block' }])).rejects.toThrow('it stays open')
    expect(system.done).toEqual([])
  })

  it('for reading only cannot be written', async () => {
    system.nodes = stick({ isStarted: false, problem: 28 })
    await guard.applyBaseline(blocked)
    await change('read-only')
    expect(await stateOfStick()).toMatchObject({ state: 'open', isHeld: true, nodes: [{ isReadOnly: true }] })
    expect(registry.readValue(disk, 'Deny_Write')?.data).toBe(1)
    expect(registry.readValue(disk, 'Deny_Read')).toBeNull()
  })

  it('for reading only stays closed beside one that may be written to', async () => {
    const other = node('USB\\VID_1234&PID_0001\\A1', { compatibleIds: classIds('08', '06', '50') })
    system.nodes = [...stick(), other]
    await guard.applyBaseline(readOnly)
    await change('read-write')
    expect(system.done).toContain('stop USB\\VID_1234&PID_0001\\A1')
    const [, second] = await guard.readDevices()
    const device = second?.device
    if (device === undefined) throw new Error('no second stick')
    const asked = guard.applyAccess(device, [{ key: device.key, access: 'read-only' }])
    await expect(asked).rejects.toThrow(/stays closed while .* may be written to/)
  })

  it('is not opened where Windows cannot except it', async () => {
    guard = create(false)
    system.nodes = stick({ isStarted: false, problem: 28 })
    await guard.applyBaseline(blocked)
    await expect(change('read-write')).rejects.toThrow('cannot except single units')
    expect(registry.readValue(usbstor, 'Start')?.data).toBe(4)
  })

  it('is opened again when nothing is held any more', async () => {
    system.nodes = stick()
    await guard.applyBaseline(blocked)
    await change('block')
    await guard.applyBaseline({ mode: 'off' })
    await change('read-write')
    expect(await stateOfStick()).toMatchObject({ state: 'open' })
    expect(registry.dump()).toEqual({ [`${usbstor} Start`]: 3 })
  })
})

describe('the machine goes down', () => {
  it('and the stick that was permitted is closed in the registry, read back, and not called tampering', async () => {
    system.nodes = stick({ isStarted: false, problem: 28 })
    await guard.applyBaseline(blocked)
    const closed = registry.dump()
    await change('read-write')
    expect(registry.dump()).not.toEqual(closed)
    system.read = () => Promise.reject(new Error('devices are not read any more'))
    expect(await guard.withdrawExceptions()).toEqual({ units: [stickId], failure: '' })
    expect(registry.dump()).toEqual(closed)
    const next = createFor(new FakeSystem(registry))
    await next.applyBaseline(blocked)
    expect((await next.observeBaseline(blocked)).restored).toEqual([])
  })

  it('and what was refused as a unit stays refused', async () => {
    system.nodes = stick()
    await guard.applyBaseline(blocked)
    await change('block')
    const refused = registry.readValues(`${restrictionsKey}\\DenyInstanceIDs`)
    expect(refused).toMatchObject({ 9001: { data: stickId } })
    expect(await guard.withdrawExceptions()).toEqual({ units: [], failure: '' })
    expect(registry.readValues(`${restrictionsKey}\\DenyInstanceIDs`)).toEqual(refused)
  })

  it('and nothing is permitted any more by a pass that is still under way', async () => {
    system.nodes = stick({ isStarted: false, problem: 28 })
    await guard.applyBaseline(blocked)
    await guard.withdrawExceptions()
    await expect(change('read-write')).rejects.toThrow('the machine goes down')
    expect(allowed()).toEqual([])
  })

  it('and a registry that refuses is told', async () => {
    system.nodes = stick({ isStarted: false, problem: 28 })
    await guard.applyBaseline(blocked)
    await change('read-write')
    registry.refusal = 5
    expect(await guard.withdrawExceptions()).toEqual({
      units: [stickId],
      failure: expect.stringContaining('Windows error 5'),
    })
  })

  it('and where nothing is denied there is nothing to take back', async () => {
    expect(await guard.withdrawExceptions()).toEqual({ units: [], failure: '' })
    expect(registry.dump()).toEqual({ [`${usbstor} Start`]: 3 })
  })
})

describe('a keyboard', () => {
  it('is never closed, whoever asks', async () => {
    system.nodes = [node('USB\\VID_046D&PID_C31C\\5&1', { compatibleIds: classIds('03', '01', '01') })]
    await guard.applyBaseline(blocked)
    const [seen] = await guard.readDevices()
    if (seen === undefined) throw new Error('no keyboard')
    const asked = guard.applyAccess(seen.device, [{ key: seen.device.key, access: 'block' }])
    await expect(asked).rejects.toThrow('it stays open')
    expect(system.done).toEqual([])
  })
})

async function theStick(): Promise<SeenDevice> {
  const seen = (await guard.readDevices()).find((one) => one.device.key === stickId)
  if (seen === undefined) throw new Error('no stick')
  return seen
}

async function change(access: Access): Promise<void> {
  const { device } = await theStick()
  await guard.applyAccess(device, [{ key: stickId, access }])
}

async function stateOfStick() {
  const { device } = await theStick()
  return (await guard.observe(device))[0]
}

function allowed(): readonly unknown[] {
  return Object.values(registry.readValues(`${restrictionsKey}\\AllowInstanceIDs`) ?? {}).map((one) => one.data)
}

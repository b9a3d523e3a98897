import { beforeEach, describe, expect, it } from 'vitest'
import type { PolicySetting } from '../../../../agent/platform/windows/group-policy.ts'
import {
  planRegistry,
  type RegistryPlan,
  restrictionsKey,
  servicesKey,
  storageKey,
} from '../../../../agent/platform/windows/plan-registry.ts'
import { RegistryKeeper } from '../../../../agent/platform/windows/registry-keeper.ts'
import type { BlockableClass } from '../../../../src/policy/device.ts'
import { allClasses } from '../../../policy/classes.ts'
import { FakeRegistry } from './fake-registry.ts'

const machine = { isLayered: true, hasBluetoothInput: false, hasInternalSd: false }
const disk = `${storageKey}\\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}`
const usbstor = `${servicesKey}\\USBSTOR`

let registry: FakeRegistry
let kept: string | null
let settings: PolicySetting[]
let readSettings: () => readonly PolicySetting[]
let now: number
let timers: { at: number; run: () => void }[]
let changes: number

beforeEach(() => {
  registry = new FakeRegistry()
  registry.createKey('HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows')
  registry.writeValue(usbstor, 'Start', { type: 'dword', data: 3 })
  kept = null
  settings = []
  readSettings = () => settings
  now = Date.parse('2026-11-21T09:00:00Z')
  timers = []
  changes = 0
})

function createKeeper(): RegistryKeeper {
  return new RegistryKeeper({
    registry,
    watch: (watch) => registry.watch(watch),
    readRecord: async () => kept,
    keepRecord: async (text) => {
      kept = text
    },
    readSettings: () => readSettings(),
    now: () => new Date(now),
    after: (delayMs, run) => {
      const timer = { at: now + delayMs, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    onChange: () => {
      changes += 1
    },
  })
}

describe('values of ours', () => {
  it('are written, and are then as wanted', async () => {
    const keeper = createKeeper()
    await keeper.hold(blocked())
    expect(keeper.look(blocked())).toMatchObject({ differences: [], failure: '', restored: [] })
    expect(registry.readValue(disk, 'Deny_Write')).toEqual({ type: 'dword', data: 1 })
    expect(registry.readValue(usbstor, 'Start')).toEqual({ type: 'dword', data: 4 })
  })

  it('are not written twice', async () => {
    const keeper = createKeeper()
    await keeper.hold(blocked())
    const writes = registry.writes
    await keeper.hold(blocked())
    expect(registry.writes).toBe(writes)
  })

  it('never make a driver that Windows does not have', async () => {
    await createKeeper().hold(blocked())
    expect(registry.readValues(`${servicesKey}\\UASPStor`)).toBeNull()
  })

  it('stay when the agent ends, and are known to the next one', async () => {
    const keeper = createKeeper()
    await keeper.hold(blocked())
    const before = registry.dump()
    keeper.stop()
    expect(registry.dump()).toEqual(before)
    expect(await createKeeper().hasWritten()).toBe(true)
  })

  it('say why where they cannot be written', async () => {
    const keeper = createKeeper()
    registry.refusal = 5
    await keeper.hold(blocked())
    const { failure, differences } = keeper.look(blocked())
    expect(failure).toContain('Windows error 5')
    expect(differences.length).toBeGreaterThan(0)
  })
})

describe('giving back', () => {
  it('leaves values and keys as they were', async () => {
    registry.writeValue(disk, 'Deny_Write', { type: 'dword', data: 0 })
    registry.writeValue(`${restrictionsKey}\\DenyDeviceIDs`, '1', { type: 'string', data: 'PCI\\CC_0C0010' })
    const [values, keys] = [registry.dump(), registry.keys()]
    const keeper = createKeeper()
    await keeper.hold(blocked())
    keeper.stop()
    expect(registry.dump()).not.toEqual(values)
    await createKeeper().release() // another process
    expect(registry.dump()).toEqual(values)
    expect(new Set(registry.keys())).toEqual(new Set(keys))
  })

  it('leaves alone what somebody set since', async () => {
    const keeper = createKeeper()
    await keeper.hold(blocked())
    keeper.stop()
    registry.writeValue(usbstor, 'Start', { type: 'dword', data: 2 })
    await createKeeper().release()
    expect(registry.readValue(usbstor, 'Start')?.data).toBe(2)
  })

  it('of a part: a permitted stick needs its driver again', async () => {
    const keeper = createKeeper()
    await keeper.hold(blocked())
    await keeper.hold(permitted())
    expect(registry.readValue(usbstor, 'Start')?.data).toBe(3)
    expect(registry.readValue(disk, 'Deny_Read')).toBeNull()
    await keeper.hold(blocked())
    expect(registry.readValue(usbstor, 'Start')?.data).toBe(4)
    await keeper.release()
    expect(registry.readValue(usbstor, 'Start')?.data).toBe(3)
  })
})

describe('tampering', () => {
  it.each<[string, () => void, RegExp]>([
    [
      'a value changed',
      () => registry.writeValue(disk, 'Deny_Write', { type: 'dword', data: 0 }),
      /Deny_Write: wanted 1, came 0$/,
    ],
    [
      'a value of another type',
      () => registry.writeValue(disk, 'Deny_Write', { type: 'string', data: '1' }),
      /came 1$/,
    ],
    ['a value deleted', () => registry.deleteValue(disk, 'Deny_Read'), /Deny_Read: wanted 1, came nothing$/],
    ['a whole key deleted', () => registry.deleteTree(storageKey), /Deny_All.*and \d+ more$/],
    [
      'a driver switched on',
      () => registry.writeValue(usbstor, 'Start', { type: 'dword', data: 3 }),
      /USBSTOR Start: wanted 4, came 3$/,
    ],
    [
      'a stick allowed by hand',
      () => registry.writeValue(`${restrictionsKey}\\AllowInstanceIDs`, '1', { type: 'string', data: 'USB\\VID_0951' }),
      /AllowInstanceIDs 1: wanted nothing, came USB/,
    ],
  ])('%s is put back at once and told once', async (_, tamper, words) => {
    const keeper = createKeeper()
    await keeper.hold(blocked())
    const wanted = registry.dump()
    tamper()
    await settle()
    expect(registry.dump()).toEqual(wanted)
    expect(keeper.look(blocked()).restored).toEqual([])
    pass(1_500)
    expect(keeper.look(blocked()).restored).toHaveLength(1)
    expect(keeper.look(blocked()).restored[0]?.detail).toMatch(words)
    expect(changes).toBe(1)
    pass(60_000)
    expect(keeper.look(blocked()).restored).toHaveLength(1)
  })

  it('is put back before anybody looks who it was', async () => {
    const keeper = createKeeper()
    await keeper.hold(blocked())
    const found: unknown[] = []
    registry.deleteValue(disk, 'Deny_Read')
    readSettings = () => {
      found.push(registry.readValue(disk, 'Deny_Read')?.data)
      return settings
    }
    await settle()
    expect(found.length).toBeGreaterThan(0)
    expect(new Set(found)).toEqual(new Set([1]))
  })

  it('that goes on while it is put back is put back in the end, and no failure stays', async () => {
    const keeper = createKeeper()
    await keeper.hold(blocked())
    const wanted = registry.dump()
    registry.refusal = 1018
    registry.deleteTree(storageKey)
    await settle()
    expect(keeper.look(blocked()).failure).toContain('Windows error 1018')
    registry.refusal = 0
    pass(200)
    expect(registry.dump()).toEqual(wanted)
    expect(keeper.look(blocked())).toMatchObject({ differences: [], failure: '' })
    pass(1_500)
    expect(keeper.look(blocked()).restored).toHaveLength(1)
  })

  it('twice is told twice', async () => {
    const keeper = createKeeper()
    await keeper.hold(blocked())
    for (const _ of [1, 2]) {
      registry.deleteValue(disk, 'Deny_Read')
      await settle()
      pass(1_500)
    }
    expect(keeper.look(blocked()).restored.map(({ id }) => id)).toEqual([1, 2])
  })

  it('is told at once where the agent ends before it is quiet', async () => {
    const keeper = createKeeper()
    await keeper.hold(blocked())
    registry.deleteValue(disk, 'Deny_Read')
    await settle()
    expect(keeper.look(blocked()).restored).toEqual([])
    expect(keeper.endRestorations()).toMatchObject([{ id: 1, detail: expect.stringContaining('Deny_Read') }])
    pass(1_500)
    expect(keeper.look(blocked()).restored).toHaveLength(1)
  })

  it('while no agent ran is told by the next one', async () => {
    const keeper = createKeeper()
    await keeper.hold(blocked())
    keeper.stop()
    registry.deleteTree(storageKey)
    const next = createKeeper()
    expect(await next.hasWritten()).toBe(true) // asked first, by every agent that starts
    await next.hold(blocked())
    expect(next.look(blocked()).restored[0]?.detail).toMatch(/^while the agent was not running: .*Deny_All: wanted 1/)
    expect(registry.readValue(disk, 'Deny_Read')?.data).toBe(1)
  })

  it('what stood in our lists before us is left alone', async () => {
    registry.writeValue(`${restrictionsKey}\\AllowInstanceIDs`, '1', { type: 'string', data: 'USB\\VID_0001' })
    const keeper = createKeeper()
    await keeper.hold(blocked())
    expect(registry.readValue(`${restrictionsKey}\\AllowInstanceIDs`, '1')?.data).toBe('USB\\VID_0001')
    expect(keeper.look(blocked()).differences).toEqual([])
  })
})

describe('somebody else who never gives up', () => {
  it('is not fought without end: it rests, says so, and is tried again', async () => {
    const keeper = createKeeper()
    await keeper.hold(blocked())
    for (let count = 0; count < 30; count += 1) {
      registry.writeValue(disk, 'Deny_Write', { type: 'dword', data: 0 })
      await settle()
      now += 100
    }
    const { differences } = keeper.look(blocked())
    expect(differences).toEqual([
      expect.stringMatching(
        /Deny_Write: wanted 1, came 0, written again and again by somebody: not put back for a minute/,
      ),
    ])
    pass(1_500)
    expect(keeper.look(blocked()).restored).toHaveLength(1)
    pass(61_000)
    expect(keeper.look(blocked()).differences).toEqual([])
  })

  it('a group policy is named, and gets its value when we leave', async () => {
    const keeper = createKeeper()
    await keeper.hold(blocked())
    settings = [
      {
        source: 'local group policy',
        path: disk,
        name: 'Deny_Write',
        value: { type: 'dword', data: 0 },
        isWholeKey: false,
      },
    ]
    registry.writeValue(disk, 'Deny_Write', { type: 'dword', data: 0 })
    await settle()
    pass(1_500)
    const { restored, conflicts } = keeper.look(blocked())
    expect(restored[0]?.detail).toMatch(/came 0 \(local group policy\)$/)
    expect(conflicts).toEqual([expect.stringMatching(/^local group policy sets .*Deny_Write to 0$/)])
    await keeper.release()
    expect(registry.readValue(disk, 'Deny_Write')?.data).toBe(0)
  })
})

function classes(): Record<BlockableClass, 'block' | 'read-write'> {
  const media = { 'mass-storage': 'block', portable: 'block', 'sd-card': 'block', optical: 'block' } as const
  return { ...allClasses('read-write'), ...media }
}

function blocked(): RegistryPlan {
  return planRegistry(classes(), [], machine)
}

function permitted(): RegistryPlan {
  const unit = { instanceIds: ['USB\\VID_0951&PID_1666\\1C6F'], class: 'mass-storage', access: 'read-write' } as const
  return planRegistry(classes(), [unit], machine)
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
}

function pass(ms: number): void {
  now += ms
  const due = timers.filter(({ at }) => at <= now)
  timers = timers.filter(({ at }) => at > now)
  for (const { run } of due) run()
}

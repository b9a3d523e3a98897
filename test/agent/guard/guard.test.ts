import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createGuard, type Guard, type PolicyState } from '../../../agent/guard/guard.ts'
import type { Timers } from '../../../agent/timers.ts'
import { silentLog } from '../../../src/log.ts'
import type { Device, DeviceClass } from '../../../src/policy/device.ts'
import { grantSchema } from '../../../src/policy/grant.ts'
import { policySchema } from '../../../src/policy/schema.ts'
import { eventKinds, type NewEvent } from '../../../src/protocol/events.ts'
import { pluggedDeviceSchema, sensorSchema } from '../../../src/protocol/messages.ts'
import { FakePlatform } from './fake-platform.ts'

let platform: FakePlatform
let events: NewEvent[]
/** The boot that each event was recorded in. */
let boots: string[]
let told: { ja: string; en: string }[]
let now: Date
let pending: Set<{ atMs: number; run: () => void }>
let guard: Guard

beforeEach(() => {
  platform = new FakePlatform()
  events = []
  boots = []
  told = []
  now = new Date('2026-11-20T09:00:00Z')
  pending = new Set()
  guard = newGuard()
})
afterEach(() => guard.stop())

describe('observing', () => {
  it('writes nothing at all, and tells what would have been refused', async () => {
    platform.plug(stick())
    await begin({ mode: 'observe' })
    expect(platform.written).toEqual([])
    expect(platform.baselines).toEqual([])
    expect(kinds()).toEqual(['media.would-refuse'])
    expect(events[0]).toMatchObject({ control: 'media.block', data: { function: '1-2:1.0', found: 'start' } })
    expect(told).toEqual([])
  })

  it('observes where no policy was ever received', async () => {
    platform.plug(stick())
    await guard.apply({ ...stateOf({}), policy: null })
    await guard.start()
    expect(kinds()).toEqual(['media.would-refuse'])
    expect(platform.written).toEqual([])
  })

  it('leaves alone what somebody else has closed', async () => {
    platform.plug(stick())
    platform.state('1-2:1.0').isOpen = false
    await begin({ mode: 'observe' })
    expect(platform.written).toEqual([])
  })
})

describe('enforcing', () => {
  it('asks for the default deny before it decides on any device', async () => {
    await begin({})
    expect(platform.baselines).toHaveLength(1)
    expect(platform.baselines[0]).toMatchObject({
      mode: 'on',
      classes: { 'mass-storage': 'block', audio: 'read-write' },
    })
  })

  it('tells that a stick is refused, having seen that it is, and tells the person whom to ask', async () => {
    await begin({ contact: { ja: '情報政策課', en: 'the IT office' } })
    platform.plug(stick())
    await guard.rescan()
    expect(kinds()).toEqual(['media.refused'])
    expect(events[0]?.data).toMatchObject({ observed: 'closed, no driver, no block node', found: 'plug' })
    expect(told[0]?.ja).toContain('情報政策課')
    expect(told[0]?.en).toContain('USB storage "Kingston DataTraveler"')
  })

  it('closes a stick that was in before, and says that it was taken back', async () => {
    platform.plug(stick())
    await begin({ mode: 'observe' })
    await guard.apply(stateOf({ version: 2 }))
    expect(platform.state('1-2:1.0').isOpen).toBe(false)
    expect(kinds()).toEqual(['media.would-refuse', 'media.revoked'])
  })

  it('tells of a bypass where the kernel does not do as it is told, and goes on with the rest', async () => {
    platform.plug(stick(), { isOpen: true })
    platform.isStubborn = true
    await begin({})
    expect(kinds()).toEqual(['media.bypassed'])
    expect(events[0]?.data).toMatchObject({ observed: 'open, driver driver, node-1-2:1.0 rw' })
    expect(sensor('guard.rescan')).toMatchObject({ state: 'degraded', detail: '1-2: EACCES' })
  })

  it('never closes keyboards, hubs and card readers, alone or in a composite', async () => {
    await begin({})
    platform.plug(device('1-3', ['hub']))
    platform.plug(device('1-4', ['smart-card']))
    platform.plug(device('1-5', ['mass-storage', 'input']))
    await guard.rescan()
    expect(platform.state('1-3:1.0').isOpen).toBe(true)
    expect(platform.state('1-4:1.0').isOpen).toBe(true)
    expect(platform.state('1-5:1.1').isOpen).toBe(true)
    expect(platform.state('1-5:1.0').isOpen).toBe(false)
    expect(platform.written).toEqual([])
    expect(kinds()).toEqual(['device.allowed', 'device.allowed', 'device.input-new', 'media.refused', 'device.allowed'])
  })

  it('opens a keyboard that nobody else opened (udevd is stalled)', async () => {
    await begin({})
    platform.plug(device('1-5', ['input']))
    platform.state('1-5:1.0').isOpen = false
    await guard.rescan()
    expect(platform.state('1-5:1.0').isOpen).toBe(true)
  })

  it('never closes the disk that the system runs from', async () => {
    platform.plug(stick(), { isSystem: true })
    await begin({})
    expect(platform.written).toEqual([])
    expect(kinds()).toEqual(['media.would-refuse'])
  })

  it('refuses each class of its own accord', async () => {
    await begin({})
    const classes: DeviceClass[] = ['portable', 'sd-card', 'optical', 'network', 'bluetooth', 'video', 'other']
    for (const [index, name] of classes.entries()) platform.plug(device(`1-${index + 1}`, [name]))
    await guard.rescan()
    expect(kinds()).toEqual([...Array(3).fill('media.refused'), ...Array(4).fill('device.refused')])
  })
})

describe('registered media', () => {
  const registered = [
    { id: 'M-1', label: 'M-1', match: { serial: 'ABCD1234' }, access: 'read-only', until: '2026-11-20T10:00:00Z' },
  ]

  it('opens read-only and says so once its node is held', async () => {
    await begin({ media: { registered } })
    platform.plug(stick())
    await guard.rescan()
    expect(kinds()).toEqual(['media.allowed'])
    expect(events[0]?.data).toMatchObject({ observed: 'open, driver driver, node-1-2:1.0 ro' })
  })

  it('keeps a read-only medium closed while the rules that hold it are not in force', async () => {
    platform.obeysBaseline = false
    await begin({ media: { registered } })
    platform.plug(stick())
    await guard.rescan()
    expect(platform.state('1-2:1.0').isOpen).toBe(false)
    expect(sensor('guard.default-deny')).toMatchObject({ state: 'degraded' })
  })

  it('closes it while it is in when its time ends', async () => {
    await begin({ media: { registered } })
    platform.plug(stick())
    await guard.rescan()
    await pass(new Date('2026-11-20T10:00:01Z'))
    expect(platform.state('1-2:1.0').isOpen).toBe(false)
    expect(kinds()).toEqual(['media.allowed', 'media.revoked'])
    expect(events[1]?.data).toMatchObject({ verdict: { reason: 'registered-expired' } })
  })

  it('closes for good one that is not held, and tells that it was usable', async () => {
    await begin({ media: { registered } })
    platform.plug(stick())
    platform.applyAccess = async (_device, changes) => {
      platform.written.push(changes)
      const isOpen = changes[0]?.access !== 'block'
      Object.assign(platform.state('1-2:1.0'), { isOpen, nodes: isOpen ? [{ name: 'sda', isReadOnly: false }] : [] })
    }
    await guard.rescan()
    for (let round = 1; round <= 4; round += 1) await pass(new Date(now.getTime() + 6_000))
    expect(kinds()).toContain('media.bypassed')
    expect(platform.state('1-2:1.0')).toMatchObject({ isOpen: false, nodes: [] })
    expect(platform.written.at(-1)).toEqual([{ key: '1-2:1.0', access: 'block' }])
  })

  it('puts the hold back on each time it is taken off, however late its rules came into force', async () => {
    platform.obeysBaseline = false
    await begin({ media: { registered } })
    platform.plug(stick())
    await guard.rescan()
    await pass(new Date(now.getTime() + 20_000))
    platform.inForce = platform.baselines[0] ?? { mode: 'off' }
    for (let round = 1; round <= 3; round += 1) await pass(new Date(now.getTime() + 10_000))
    expect(kinds()).toEqual(['media.allowed'])
    for (let round = 1; round <= 2; round += 1) {
      platform.state('1-2:1.0').nodes = [{ name: 'node-1-2:1.0', isReadOnly: false }]
      await guard.rescan()
      await pass(new Date(now.getTime() + 6_000))
      expect(platform.state('1-2:1.0').nodes).toEqual([{ name: 'node-1-2:1.0', isReadOnly: true }])
    }
    expect(kinds()).toEqual(['media.allowed'])
  })

  it('opens to write by a grant, and closes when the grant ends', async () => {
    const grant = grantSchema.parse({
      schema: 'tanmori.grant/1',
      id: 'G-1',
      subject: { kind: 'medium', label: 'x', match: { serial: 'ABCD1234' } },
      terminals: ['t-1'],
      validFrom: '2026-11-20T08:00:00Z',
      until: '2026-11-20T09:30:00Z',
      reason: 'move',
      applicant: 'a',
      approver: 'b',
    })
    platform.plug(stick())
    await begin({})
    await guard.apply({ ...stateOf({}), grants: [grant] })
    expect(platform.state('1-2:1.0').nodes).toEqual([{ name: 'node-1-2:1.0', isReadOnly: false }])
    await pass(new Date('2026-11-20T09:30:01Z'))
    expect(platform.state('1-2:1.0').isOpen).toBe(false)
    expect(kinds()).toEqual(['media.refused', 'media.allowed', 'media.revoked'])
  })
})

describe('release', () => {
  it('opens what it had closed when a policy only observes', async () => {
    await begin({})
    platform.plug(stick())
    await guard.rescan()
    await guard.apply(stateOf({ version: 2, mode: 'observe' }))
    expect(platform.inForce).toEqual({ mode: 'off' })
    expect(platform.state('1-2:1.0').isOpen).toBe(true)
    expect(kinds()).toEqual(['media.refused', 'media.would-refuse'])
  })
})

describe('a policy that is lost', () => {
  it('opens nothing on a terminal that was closed', async () => {
    await begin({})
    platform.plug(stick())
    await guard.rescan()
    await guard.stop()
    guard = newGuard()
    await guard.apply({ ...stateOf({}), policy: null })
    await guard.start()
    expect(platform.inForce.mode).toBe('on')
    expect(platform.state('1-2:1.0').isOpen).toBe(false)
    platform.unplug('1-2')
    platform.plug(stick())
    await guard.rescan()
    expect(kinds()).toEqual(['media.refused', 'media.removed', 'media.refused'])
    expect(events[2]?.data).toMatchObject({ verdict: { policyId: 'built-in.mynumber', mode: 'enforce' } })
  })

  it('opens nothing either where the memory is lost with it, and the rules are still there', async () => {
    await begin({})
    await guard.stop()
    platform.kept.clear()
    platform.plug(stick())
    guard = newGuard()
    await guard.apply({ ...stateOf({}), policy: null })
    await guard.start()
    expect(platform.inForce.mode).toBe('on')
    expect(platform.state('1-2:1.0').isOpen).toBe(false)
  })
})

describe('what is told once', () => {
  it('says nothing twice for a device that stays in, also after a restart', async () => {
    await begin({})
    platform.plug(stick())
    await guard.rescan()
    await guard.rescan()
    await restart()
    expect(kinds()).toEqual(['media.refused'])
  })

  it('tells of the same stick when it is plugged in again', async () => {
    await begin({})
    platform.plug(stick())
    await guard.rescan()
    platform.unplug('1-2')
    await guard.rescan()
    platform.plug(stick())
    await guard.rescan()
    expect(kinds()).toEqual(['media.refused', 'media.removed', 'media.refused'])
  })

  it('tells of a medium that is read on its way out, without its functions, as of a medium', async () => {
    await begin({})
    platform.plug(stick())
    await guard.rescan()
    const read = await platform.readDevices()
    const readDevices = platform.readDevices
    platform.readDevices = async () => read.map((seen) => ({ ...seen, device: { ...seen.device, functions: [] } }))
    await guard.rescan()
    platform.readDevices = readDevices
    platform.unplug('1-2')
    await guard.rescan()
    expect(kinds()).toEqual(['media.refused', 'media.removed'])
  })

  it('tells of a device that was taken out, or put in at the same port, while it was stopped', async () => {
    await begin({})
    platform.plug(stick())
    await guard.rescan()
    await guard.stop()
    platform.unplug('1-2')
    platform.plug(stick())
    await restart()
    expect(kinds()).toEqual(['media.refused', 'media.removed', 'media.refused'])
    expect(events[1]?.data).toMatchObject({ whileStopped: true })
  })

  it.each([
    ['still in is not told again', false, ['media.refused']],
    ['taken out meanwhile is missed', true, ['media.refused', 'media.removed']],
  ] as const)('killed between a journal line and keeping its memory: a stick %s', async (_what, isTakenOut, wanted) => {
    await begin({})
    const before = await platform.readKept('guard.json')
    platform.plug(stick())
    await guard.rescan()
    await guard.stop()
    await platform.keep('guard.json', before ?? '')
    if (isTakenOut) platform.unplug('1-2')
    await restart()
    expect(kinds()).toEqual(wanted)
  })

  it('forgets what was plugged in before the machine started anew', async () => {
    await begin({})
    platform.plug(stick())
    await guard.rescan()
    platform.bootId = 'boot-2'
    await restart()
    expect(kinds()).toEqual(['media.refused', 'media.refused'])
  })

  it('goes on where its memory cannot be read', async () => {
    await begin({})
    platform.kept.set('guard.json', '{"cut')
    platform.plug(stick())
    await restart()
    expect(kinds()).toContain('media.refused')
  })
})

describe('a device that comes and goes before it is looked at', () => {
  const times = { cameAtMs: Date.parse('2026-11-20T09:00:01Z'), leftAtMs: Date.parse('2026-11-20T09:00:01.700Z') }

  it('is told with what it was, for how long, and what the policy says of it', async () => {
    await begin({})
    platform.flash(stick(), times)
    await guard.rescan()
    expect(kinds()).toEqual(['media.brief'])
    expect(events[0]).toMatchObject({
      control: 'media.block',
      data: {
        device: { serial: stick().serial },
        pluggedInMs: 700,
        verdict: { access: 'block', wouldBe: 'block' },
        verdicts: [{ class: 'mass-storage' }],
        observed: 'gone before it could be looked at',
      },
    })
    await guard.rescan()
    expect(events).toHaveLength(1)
    expect(told).toEqual([])
  })

  it('is told without a time where nobody knows it', async () => {
    await begin({})
    platform.flash(stick(), times, false)
    await guard.rescan()
    expect(events[0]).toMatchObject({ kind: 'media.brief', data: { instance: null, pluggedInMs: null } })
  })

  it('is a new keyboard, too, where it is one', async () => {
    await begin({})
    platform.flash(device('1-5', ['input'], { serial: 'DUCK' }), times)
    await guard.rescan()
    expect(kinds()).toEqual(['device.brief', 'device.input-new'])
  })

  it('is told of what of it was not there yet when it was looked at', async () => {
    await begin({})
    platform.plug(device('1-5', ['input'], { serial: 'BOTH' }))
    await guard.rescan()
    platform.flashMore(device('1-5', ['input', 'mass-storage'], { serial: 'BOTH' }))
    await guard.rescan()
    expect(kinds()).toEqual(['device.input-new', 'device.allowed', 'media.brief', 'device.removed'])
    expect(events[2]).toMatchObject({ data: { functions: ['1-5:1.1'], verdicts: [{ class: 'mass-storage' }] } })
  })

  it('is not told so when it was looked at while it was in', async () => {
    await begin({})
    platform.plug(stick())
    await guard.rescan()
    platform.unplug('1-2')
    await guard.rescan()
    expect(kinds()).toEqual(['media.refused', 'media.removed'])
  })

  it('is not told so when the agent before this one had looked at it', async () => {
    await begin({})
    platform.plug(stick())
    await guard.rescan()
    await restart()
    platform.unplug('1-2')
    await guard.rescan()
    expect(kinds().filter((kind) => kind === 'media.brief')).toEqual([])
  })
})

describe('a device of several configurations', () => {
  const key = '1-6'
  const adapter = (...names: readonly string[]): Device => ({
    ...device(key, [], { serial: 'NET' }),
    functions: names.map((name) => ({ key: `${key}:${name}`, class: 'network', usbClass: '02/02/ff' })),
  })

  it('is told of once for each function, though it is described by one configuration and works by another', async () => {
    await begin({})
    platform.plug(adapter('2.0', '2.1'))
    await guard.rescan()
    for (const names of [['1.0', '1.1'], ['2.0', '2.1'], ['1.0']]) {
      platform.complete(adapter(...names))
      await guard.rescan()
    }
    expect(kinds()).toEqual(Array(4).fill('device.refused'))
  })

  it('is not told of as refused for what of it has left before it could be looked at', async () => {
    await begin({})
    platform.plug(adapter('1.0'))
    await guard.rescan()
    platform.gone.add(`${key}:2.0`)
    platform.complete(adapter('2.0'))
    await guard.rescan()
    expect(kinds()).toEqual(['device.refused'])
    platform.unplug(key)
    await guard.rescan()
    expect(kinds()).toEqual(['device.refused', 'device.brief', 'device.removed'])
  })

  it('is not told of again by the next agent', async () => {
    await begin({})
    platform.plug(adapter('2.0'))
    await guard.rescan()
    platform.complete(adapter('1.0'))
    await guard.rescan()
    await restart()
    platform.complete(adapter('2.0'))
    await guard.rescan()
    expect(kinds()).toEqual(Array(2).fill('device.refused'))
  })
})

describe('keyboards', () => {
  it('tells of each new one once, and not of those that were there first', async () => {
    platform.plug(device('1-1', ['input'], { serial: 'OLD' }))
    await begin({ mode: 'observe' })
    for (let round = 0; round < 2; round += 1) {
      platform.plug(device('1-2', ['input'], { serial: 'NEW' }))
      await guard.rescan()
      platform.unplug('1-2')
      await guard.rescan()
    }
    const found = events.filter((event) => event.kind === 'device.input-new')
    expect(found.map((event) => event.data?.name)).toEqual(['0951:1666 serial NEW'])
  })

  it('tells of one whose keyboard is seen only after its storage', async () => {
    await begin({})
    platform.plug(device('1-5', ['mass-storage'], { serial: 'BOTH' }))
    await guard.rescan()
    platform.complete(device('1-5', ['mass-storage', 'input'], { serial: 'BOTH' }))
    await guard.rescan()
    await guard.rescan()
    expect(kinds()).toEqual(['media.refused', 'device.input-new', 'device.allowed'])
  })
})

describe('its own health', () => {
  it('says that it is blind, and when it sees again', async () => {
    await begin({})
    platform.loseEvents()
    expect(sensor('guard.uevents')).toMatchObject({ state: 'failed', detail: 'kernel ENOBUFS' })
    platform.regainEvents()
    expect(kinds()).toEqual(['guard.blind', 'guard.seeing'])
    expect(sensor('guard.uevents')).toMatchObject({ state: 'working' })
  })

  it('tells, before it ends, of what was put back and not told yet', async () => {
    await begin({})
    platform.restorations = [{ id: 1, at: '2026-11-20T09:00:00.500Z', detail: 'Deny_Read: wanted 1, came 0' }]
    await guard.stop()
    expect(events).toMatchObject([{ kind: 'guard.tampered', data: { isRestored: true } }])
  })

  it('tells of rules that were taken away, once, and puts them back', async () => {
    await begin({})
    platform.inForce = { mode: 'off' }
    await guard.rescan()
    expect(kinds()).toEqual([])
    await pass(new Date(now.getTime() + 6_000))
    expect(kinds()).toEqual(['guard.tampered'])
    expect(platform.inForce.mode).toBe('on')
  })

  it('looks again by itself every minute, and at once after the machine slept', async () => {
    await begin({})
    platform.readDevices = async () => {
      events.push({ kind: 'sensor.status', subject: 'looked' })
      return []
    }
    await pass(new Date(now.getTime() + 10_000))
    expect(kinds()).toEqual([])
    await pass(new Date(now.getTime() + 3_600_000))
    expect(kinds()).toEqual(['sensor.status'])
  })

  it('gives what the protocol takes', async () => {
    platform.plug(stick())
    await begin({})
    for (const one of guard.plugged()) expect(pluggedDeviceSchema.parse(one)).toEqual(one)
    for (const one of guard.sensors()) expect(sensorSchema.parse(one)).toEqual(one)
    expect(guard.plugged()).toHaveLength(1)
    expect(events.every((event) => event.kind in eventKinds)).toBe(true)
  })

  it('tells whoever listens that something changed', async () => {
    let changes = 0
    guard.onChange(() => {
      changes += 1
    })
    await begin({})
    platform.plug(stick())
    await guard.rescan()
    await guard.rescan()
    expect(changes).toBe(1)
  })
})

describe('its end', () => {
  it('takes exceptions back when the machine goes down with it', async () => {
    await begin({})
    platform.withdrawal = { units: ['1-2:1.0'], failure: '' }
    expect(await guard.stop({ isShutdown: true })).toEqual({ units: ['1-2:1.0'], failure: '' })
    expect(platform.withdrawals).toBe(1)
  })

  it('leaves a medium that is in use alone where the agent alone ends', async () => {
    platform.plug(stick())
    await begin({ mode: 'observe' })
    expect(await guard.stop()).toBeNull()
    expect([platform.withdrawals, platform.state('1-2:1.0').isOpen]).toEqual([0, true])
  })
})

describe('the carry-out record', () => {
  it('holds what was written, with the medium that it was written to', async () => {
    platform.plug(stick())
    await begin({ mode: 'observe' })
    const file = { node: 'node-1-2:1.0', path: '/list.xlsx', size: 3, sha256: 'a'.repeat(64), user: 'alice', note: '' }
    platform.carry({ direction: 'out', ...file })
    platform.carry({ direction: 'in', ...file })
    expect(kinds().slice(1)).toEqual(['media.carry-out', 'media.carry-in'])
    expect(events[1]?.data).toMatchObject({ path: '/list.xlsx', user: 'alice', device: { serial: 'ABCD1234' } })
  })

  it('is not kept where the policy wants none, nor for refused media', async () => {
    platform.plug(stick())
    await begin({ mode: 'observe' })
    expect(platform.watchedNodes()).toEqual(['node-1-2:1.0'])
    await guard.apply(stateOf({ mode: 'observe', media: { carryRecord: false } }))
    expect(platform.watchedNodes()).toEqual([])
    await guard.apply(stateOf({}))
    expect(platform.watchedNodes()).toEqual([])
  })
})

function newGuard(): Guard {
  const timers: Timers = {
    after(delayMs, run) {
      const timer = { atMs: now.getTime() + delayMs, run }
      pending.add(timer)
      return () => pending.delete(timer)
    },
  }
  return createGuard({
    platform,
    record: (event) => {
      boots.push(platform.bootId)
      events.push(event)
    },
    notify: (notice) => told.push(notice),
    recent: () =>
      events.map((event, index) => ({
        seq: index + 1,
        at: now.toISOString(),
        bootId: boots[index] ?? '',
        severity: 'info',
        prev: '',
        hash: '',
        ...event,
        data: { ...z.record(z.string(), z.json()).parse(event.data ?? {}) },
      })),
    now: () => now,
    log: silentLog,
    timers,
  })
}

async function begin(changes: Readonly<Record<string, unknown>>): Promise<void> {
  await guard.apply(stateOf(changes))
  await guard.start()
}

/** Lets time go on to `to`: what was due by then runs. */
async function pass(to: Date): Promise<void> {
  now = to
  for (const timer of [...pending].filter((one) => one.atMs <= to.getTime())) {
    pending.delete(timer)
    timer.run()
  }
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
}

async function restart(): Promise<void> {
  await guard.stop()
  guard = newGuard()
  await begin({})
}

function stateOf(changes: Readonly<Record<string, unknown>>): PolicyState {
  const policy = policySchema.parse({
    schema: 'tanmori.policy/1',
    id: 'p',
    title: { ja: '試験', en: 'test' },
    version: 1,
    validFrom: '2026-01-01T00:00:00Z',
    expires: '2027-01-01T00:00:00Z',
    appliesTo: { zones: ['mynumber'] },
    mode: 'enforce',
    ...changes,
  })
  return { policy, grants: [], terminal: { id: 't-1', zone: 'mynumber', group: '' } }
}

function stick(): Device {
  return device('1-2', ['mass-storage'], { serial: 'ABCD1234' })
}

function device(
  key: string,
  classes: readonly DeviceClass[],
  { serial = null }: { serial?: string | null } = {},
): Device {
  return {
    key,
    bus: 'usb',
    vendorId: '0951',
    productId: '1666',
    serial,
    vendor: 'Kingston',
    product: 'DataTraveler',
    functions: classes.map((name, index) => ({ key: `${key}:1.${index}`, class: name })),
  }
}

function kinds(): string[] {
  return events.map((event) => event.kind)
}

function sensor(id: string) {
  return guard.sensors().find((one) => one.id === id)
}

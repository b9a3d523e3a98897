import { beforeEach, describe, expect, it } from 'vitest'
import { Sightings } from '../../../../agent/platform/linux/sightings.ts'
import type { Uevent } from '../../../../agent/platform/linux/uevent.ts'
import type { SeenDevice } from '../../../../agent/platform/platform.ts'
import type { Device } from '../../../../src/policy/device.ts'

const stick: Device = {
  key: '2-1',
  bus: 'usb',
  vendorId: '46f4',
  productId: '0001',
  serial: 'TRIAL0',
  vendor: 'QEMU',
  product: 'USB HARDDRIVE',
  functions: [],
}
const storage = { key: '2-1:1.0', class: 'mass-storage', usbClass: '08/06/50' } as const

let there: SeenDevice | null
let nowMs: number
let sightings: Sightings
beforeEach(() => {
  there = null
  nowMs = 1_000
  sightings = new Sightings({ readUsb: (key) => (there?.device.key === key ? there : null), nowMs: () => nowMs })
})

describe('what is seen of a device when it comes', () => {
  it('is told when it leaves, though it can no longer be read then', () => {
    there = { device: stick, instance: '77' }
    expect(sightings.take(event('add', '2-1'))).toBeNull()
    there = { device: { ...stick, functions: [storage] }, instance: '77' }
    expect(sightings.take(event('add', '2-1/2-1:1.0'))).toBeNull()
    there = null
    nowMs = 1_400
    expect(sightings.take(event('remove', '2-1/2-1:1.0'))).toBeNull()
    expect(sightings.take(event('remove', '2-1'))).toEqual({
      device: { ...stick, functions: [storage] },
      instance: '77',
      cameAtMs: 1_000,
      leftAtMs: 1_400,
    })
    expect(sightings.take(event('remove', '2-1'))).toBeNull()
  })

  it('is what the events say where it was gone before it could be read', () => {
    for (const path of ['2-1', '2-1/2-1:1.0', '2-1/2-1:1.1']) sightings.take(event('add', path))
    expect(sightings.take(event('remove', '2-1'))).toMatchObject({
      instance: null,
      device: {
        key: '2-1',
        vendorId: '46f4',
        productId: '0001',
        serial: null,
        functions: [storage, { key: '2-1:1.1', class: 'input', usbClass: '03/01/01' }],
      },
    })
  })

  it('keeps what was read, and takes from the events what came too late to be read', () => {
    there = { device: stick, instance: '77' }
    sightings.take(event('add', '2-1'))
    there = null
    sightings.take(event('add', '2-1/2-1:1.0'))
    expect(sightings.take(event('remove', '2-1'))).toMatchObject({
      instance: '77',
      device: { serial: 'TRIAL0', functions: [storage] },
    })
  })

  it('is never taken from another device that is at the same port by then', () => {
    there = { device: stick, instance: '77' }
    sightings.take(event('add', '2-1'))
    there = { device: { ...stick, serial: 'OTHER' }, instance: '78' }
    sightings.take(event('add', '2-1/2-1:1.0'))
    expect(sightings.take(event('remove', '2-1'))).toMatchObject({ instance: '77', device: { serial: 'TRIAL0' } })
  })

  it.each([
    ['a root hub', event('add', 'usb2'), event('remove', 'usb2')],
    ['something that was in before anybody listened', event('bind', '2-1'), event('remove', '2-1')],
    ['another subsystem', { ...event('add', '2-1'), subsystem: 'block' }, event('remove', '2-1')],
  ])('is not kept of %s', (_what, came, left) => {
    expect(sightings.take(came)).toBeNull()
    expect(sightings.take(left)).toBeNull()
  })

  it('is nothing of an interface whose class is none', () => {
    sightings.take(event('add', '2-1'))
    sightings.take({ ...event('add', '2-1/2-1:1.0'), usbInterface: '8/6/999' })
    expect(sightings.take(event('remove', '2-1'))?.device.functions).toEqual([])
  })

  it('is kept when a reading fails just then', () => {
    const failing = new Sightings({
      readUsb: () => {
        throw new Error('EIO')
      },
      nowMs: () => nowMs,
    })
    failing.take(event('add', '2-1'))
    expect(failing.take(event('remove', '2-1'))).toMatchObject({ instance: null, device: { key: '2-1' } })
  })
})

function event(action: string, path: string): Uevent {
  const isInterface = path.includes(':')
  return {
    action,
    devpath: `/devices/pci0000:00/0000:00:03.0/usb2/${path}`,
    subsystem: 'usb',
    sequence: 1,
    devtype: isInterface ? 'usb_interface' : 'usb_device',
    product: '46f4/1/0',
    usbInterface: isInterface ? (path.endsWith('.1') ? '3/1/1' : '8/6/80') : '',
  }
}

import { describe, expect, it } from 'vitest'
import type { Sightings } from '../../../../agent/platform/linux/sightings.ts'
import type { Uevent } from '../../../../agent/platform/linux/uevent.ts'
import type { UeventListener, UeventSource } from '../../../../agent/platform/linux/uevent-sources.ts'
import { watchUevents } from '../../../../agent/platform/linux/watch-devices.ts'
import type { DeviceWatch, Sighting } from '../../../../agent/platform/platform.ts'
import type { Device } from '../../../../src/policy/device.ts'

describe('watchUevents', () => {
  it('tells of devices, of nothing else, and of a gap in the numbers', () => {
    const { listener, changes } = begin()
    expect(changes()).toBe(1) // what happened before anybody listened
    listener('first').onEvent(uevent(10, 'usb'))
    listener('first').onEvent(uevent(11, 'cpu'))
    expect(changes()).toBe(2)
    listener('first').onEvent(uevent(15, 'cpu'))
    expect(changes()).toBe(3)
  })

  it('goes to the next source when one is lost, says so, and looks again', () => {
    const { listener, changes, states, closed } = begin()
    listener('first').onLost('ENOBUFS')
    expect(closed).toEqual(['first'])
    expect(states).toEqual([
      ['working', 'first', ''],
      ['failed', 'first', 'first: ENOBUFS'],
      ['working', 'second', 'first: ENOBUFS'],
    ])
    expect(changes()).toBe(2)
  })

  it('passes by a source that does not open', () => {
    const broken: UeventSource = {
      name: 'broken',
      open() {
        throw new Error('no socket')
      },
    }
    const { states } = begin([broken])
    expect(states).toEqual([['working', 'first', 'broken: no socket']])
  })

  it('hands on what left, before it asks for a look', () => {
    const told: string[] = []
    const device: Device = { key: '1-2', bus: 'usb', serial: null, vendor: '', product: '', functions: [] }
    const sighting = { device, instance: '7', cameAtMs: 1, leftAtMs: 2 }
    const { listener } = begin([], {
      sightings: { take: ({ sequence }) => (sequence === 2 ? sighting : null) },
      onLeft: ({ instance }) => told.push(`left ${instance}`),
      onChange: () => told.push('change'),
    })
    listener('first').onEvent(uevent(1, 'usb'))
    listener('first').onEvent(uevent(2, 'usb'))
    expect(told).toEqual(['change', 'change', 'left 7', 'change'])
  })

  it('says that it is blind where no source is left', () => {
    const { listener, states, stop } = begin()
    listener('first').onLost('gone')
    listener('second').onLost('gone too')
    expect(states.at(-1)).toEqual(['failed', 'none', 'second: gone too'])
    stop()
  })
})

type More = Readonly<{
  sightings?: Pick<Sightings, 'take'>
  onLeft?: (sighting: Sighting) => void
  onChange?: () => void
}>

function begin(before: readonly UeventSource[] = [], more: More = {}) {
  const listeners = new Map<string, UeventListener>()
  const states: string[][] = []
  const closed: string[] = []
  let changed = 0
  const source = (name: string): UeventSource => ({
    name,
    open(one) {
      listeners.set(name, one)
      return () => closed.push(name)
    },
  })
  const sources = [...before, source('first'), source('second')]
  const watch: DeviceWatch = {
    onChange: () => {
      changed += 1
      more.onChange?.()
    },
    onState: (state) => states.push([state.state, state.source, state.detail]),
    onLeft: (sighting) => more.onLeft?.(sighting),
  }
  const { stop } = watchUevents(() => sources, watch, more.sightings)
  const listener = (name: string): UeventListener => {
    const found = listeners.get(name)
    if (found === undefined) throw new Error(`${name} was not opened`)
    return found
  }
  return { listener, changes: () => changed, states, closed, stop }
}

function uevent(sequence: number, subsystem: string): Uevent {
  return { action: 'add', devpath: '/devices/x', subsystem, sequence, devtype: '', product: '', usbInterface: '' }
}

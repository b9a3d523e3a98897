import { describe, expect, it } from 'vitest'
import {
  concernsDevices,
  parseMonitorBlock,
  parseUevent,
  type Uevent,
} from '../../../../agent/platform/linux/uevent.ts'

const lines = [
  'ACTION=add',
  'DEVPATH=/devices/pci0/usb1/1-2/1-2:1.0',
  'SUBSYSTEM=usb',
  'DEVTYPE=usb_interface',
  'PRODUCT=46f4/1/0',
  'INTERFACE=8/6/80',
  'SEQNUM=2211',
]

describe('parseUevent', () => {
  it('reads what the kernel sends', () => {
    const datagram = Buffer.from(`add@/devices/pci0/usb1/1-2/1-2:1.0\0${lines.join('\0')}\0`)
    expect(parseUevent(datagram)).toEqual({
      action: 'add',
      devpath: '/devices/pci0/usb1/1-2/1-2:1.0',
      subsystem: 'usb',
      sequence: 2211,
      devtype: 'usb_interface',
      product: '46f4/1/0',
      usbInterface: '8/6/80',
    })
  })

  it.each([
    ['a message of udevd', Buffer.concat([Buffer.from('libudev\0'), Buffer.alloc(32)])],
    ['nothing', Buffer.alloc(0)],
    ['an event without a number', Buffer.from('add@/devices/x\0ACTION=add\0DEVPATH=/devices/x\0')],
    ['an event with a number that is none', Buffer.from('add@/d\0ACTION=add\0DEVPATH=/d\0SEQNUM=-1\0')],
    ['noise', Buffer.from([0xff, 0xfe, 0x00, 0x41])],
  ])('refuses %s', (_title, datagram) => {
    expect(parseUevent(datagram)).toBeNull()
  })

  it('keeps what follows the first equals sign', () => {
    const datagram = Buffer.from('add@/a=b\0ACTION=add\0DEVPATH=/a=b\0SUBSYSTEM=block\0SEQNUM=1\0')
    expect(parseUevent(datagram)?.devpath).toBe('/a=b')
  })
})

describe('parseMonitorBlock', () => {
  it('reads a block of udevadm monitor', () => {
    const block = `KERNEL[12.1] add      /devices/pci0/usb1/1-2 (usb)\n${lines.join('\n')}`
    expect(parseMonitorBlock(block)).toMatchObject({ action: 'add', subsystem: 'usb', sequence: 2211 })
  })

  it('refuses its greeting', () => {
    expect(parseMonitorBlock('monitor will print the received events for:\nKERNEL - the kernel uevent\n')).toBeNull()
  })
})

describe('concernsDevices', () => {
  it.each(['usb', 'mmc', 'scsi', 'block', 'net'])('%s: yes', (subsystem) => {
    expect(concernsDevices(eventOf(subsystem))).toBe(true)
  })
  it.each(['cpu', 'workqueue', ''])('%s: no', (subsystem) => {
    expect(concernsDevices(eventOf(subsystem))).toBe(false)
  })
})

function eventOf(subsystem: string): Uevent {
  return { action: 'add', devpath: '/x', subsystem, sequence: 1, devtype: '', product: '', usbInterface: '' }
}

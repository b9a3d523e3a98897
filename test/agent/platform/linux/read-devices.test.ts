import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readMmc } from '../../../../agent/platform/linux/read-mmc.ts'
import { readScsiOptical } from '../../../../agent/platform/linux/read-scsi.ts'
import { createUsbReader } from '../../../../agent/platform/linux/read-usb.ts'
import { parseDescriptors } from '../../../../agent/platform/linux/usb-descriptors.ts'
import { SysfsTree } from './sysfs-tree.ts'

let tree: SysfsTree
beforeEach(() => {
  tree = new SysfsTree()
})
afterEach(() => tree.remove())

describe('USB', () => {
  const read = () =>
    createUsbReader(tree.roots)
      .readAll()
      .map((one) => one.device)

  it('reads a stick, and never the machine’s own controllers', () => {
    tree.usb('1-2', { serial: '1C6F654E3989', manufacturer: 'Kingston', product: 'DataTraveler' }, ['08/06/50'])
    expect(read()).toEqual([
      {
        key: '1-2',
        bus: 'usb',
        vendorId: '0951',
        productId: '1666',
        serial: '1C6F654E3989',
        vendor: 'Kingston',
        product: 'DataTraveler',
        functions: [{ key: '1-2:1.0', class: 'mass-storage', usbClass: '08/06/50' }],
      },
    ])
  })

  it('reads each interface of a composite as a function of its own', () => {
    tree.usb('1-4.1', {}, ['08/06/50', '03/01/01'])
    expect(read()[0]?.functions.map((fn) => fn.class)).toEqual(['mass-storage', 'input'])
  })

  it('reads none of its interfaces while the kernel has only a part of them, but what it says of itself', () => {
    tree.usb('1-2', {}, ['02/02/ff'])
    tree.put('sys/devices/pci0/usb1/1-2/descriptors', stickDescriptors)
    tree.put('sys/devices/pci0/usb1/1-2/bNumInterfaces', '')
    expect(read()[0]?.functions).toEqual([{ key: '1-2:1.0', class: 'mass-storage', usbClass: '08/06/50' }])
    tree.put('sys/devices/pci0/usb1/1-2/bNumInterfaces', ' 1\n')
    expect(read()[0]?.functions).toMatchObject([{ key: '1-2:1.0', usbClass: '02/02/ff' }])
  })

  it('reads none of its interfaces that were taken apart meanwhile', () => {
    tree.usb('1-2', {}, ['08/06/50', '03/01/01'])
    const count = join(tree.folder, 'sys/devices/pci0/usb1/1-2/bNumInterfaces')
    rmSync(count)
    symlinkSync('/proc/sys/kernel/random/uuid', count) // another answer each time
    expect(read()[0]?.functions).toEqual([])
  })

  it('knows a telephone by its interface’s name', () => {
    tree.usb('1-2', {}, [])
    tree.usbInterface('1-2', 0, 'ff/ff/00', 'MTP')
    expect(read()[0]?.functions[0]?.class).toBe('portable')
  })

  it('cleans what the device says of itself', () => {
    tree.usb('1-2', { product: 'evil\u001b[2J\u202estick', serial: '000000000000' }, ['08/06/50'])
    expect(read()[0]).toMatchObject({ product: 'evil [2J stick', serial: null })
  })

  it('reads a device that is not authorised yet by its descriptors', () => {
    tree.usb('1-2', { authorized: '0' }, [])
    tree.put('sys/devices/pci0/usb1/1-2/descriptors', stickDescriptors)
    expect(read()[0]?.functions).toEqual([{ key: '1-2:1.0', class: 'mass-storage', usbClass: '08/06/50' }])
  })

  it('takes a drive for optical once it has shown itself as one, also when it is closed again', () => {
    tree.usb('1-2', {}, ['08/06/50'])
    const readAgain = createUsbReader(tree.roots).readAll
    expect(readAgain()[0]?.device.functions[0]?.class).toBe('mass-storage')
    tree.node('1-2:1.0', 'sr0', '11:0', { type: '5' })
    expect(readAgain()[0]?.device.functions[0]?.class).toBe('optical')
    rmSync(join(tree.folder, 'sys/devices/pci0/usb1/1-2/1-2:1.0/host6'), { recursive: true })
    expect(readAgain()[0]?.device.functions[0]?.class).toBe('optical')
  })

  it('reads the volumes that udev has read', () => {
    tree.usb('1-2', {}, ['08/06/50'])
    tree.node('1-2:1.0', 'sda', '8:0')
    expect(read()[0]).not.toHaveProperty('volumes')
    tree.put('run/udev/data/b8:0', 'S:disk/by-uuid/02A2-E65F\nE:ID_FS_UUID=02A2-E65F\nE:ID_FS_TYPE=vfat\n')
    expect(read()[0]?.volumes).toEqual(['02A2-E65F'])
  })

  it('names another plugging-in at the same port differently', () => {
    tree.usb('1-2', {}, ['08/06/50'])
    const first = createUsbReader(tree.roots).readAll()[0]?.instance
    expect(createUsbReader(tree.roots).readAll()[0]?.instance).toBe(first)
    expect(first).toMatch(/^\d+$/)
  })

  it('has nothing where there is no USB', () => {
    rmSync(join(tree.folder, 'sys/bus/usb'), { recursive: true })
    expect(read()).toEqual([])
  })
})

describe('parseDescriptors', () => {
  it('reads the interfaces of the first configuration', () => {
    expect(parseDescriptors('1-2', stickDescriptors)).toEqual([
      { key: '1-2:1.0', usbClass: '08/06/50', hasName: false },
    ])
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a length of zero', Buffer.concat([Buffer.alloc(18), Buffer.from([0, 2, 0, 0])])],
    ['a descriptor that goes past the end', Buffer.concat([Buffer.alloc(18), Buffer.from([9, 4, 0, 0])])],
    ['an interface outside any configuration', Buffer.concat([Buffer.alloc(18), interfaceDescriptor('08/06/50')])],
  ])('finds nothing in %s', (_title, bytes) => {
    expect(parseDescriptors('1-2', bytes)).toEqual([])
  })
})

describe('SD cards', () => {
  function card(type: string): void {
    const path = 'sys/devices/pci0/mmc_host/mmc0/mmc0:4567'
    tree.put(`${path}/type`, `${type}\n`)
    tree.put(`${path}/name`, 'SC64G\n')
    tree.put(`${path}/manfid`, '0x000003\n')
    tree.put(`${path}/serial`, '0x1a2b3c4d\n')
    tree.link('sys/bus/mmc/devices/mmc0:4567', path)
  }

  it('reads a card', () => {
    card('SD')
    expect(readMmc(tree.roots)[0]?.device).toMatchObject({
      key: 'mmc0:4567',
      bus: 'mmc',
      serial: '1a2b3c4d',
      product: 'SC64G',
      functions: [{ key: 'mmc0:4567', class: 'sd-card' }],
    })
  })

  it.each(['MMC', 'SDIO'])('leaves %s alone: it is soldered in', (type) => {
    card(type)
    expect(readMmc(tree.roots)).toEqual([])
  })
})

describe('optical drives', () => {
  function unit(type: string, path = 'sys/devices/pci0/ata1/host1/target1:0:0/1:0:0:0'): void {
    tree.put(`${path}/type`, `${type}\n`)
    tree.put(`${path}/vendor`, 'HL-DT-ST\n')
    tree.put(`${path}/model`, 'DVDRAM GU90N   \n')
    tree.link('sys/bus/scsi/devices/1:0:0:0', path)
  }

  it('reads a drive on SATA', () => {
    unit('5')
    expect(readScsiOptical(tree.roots)[0]?.device).toMatchObject({
      key: '1:0:0:0',
      bus: 'scsi',
      vendor: 'HL-DT-ST',
      product: 'DVDRAM GU90N',
      functions: [{ key: '1:0:0:0', class: 'optical' }],
    })
  })

  it('leaves hard disks alone', () => {
    unit('0')
    expect(readScsiOptical(tree.roots)).toEqual([])
  })

  it('leaves a drive behind USB to the USB side', () => {
    unit('5', 'sys/devices/pci0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0')
    expect(readScsiOptical(tree.roots)).toEqual([])
  })
})

function interfaceDescriptor(usbClass: string): Buffer {
  const [base = 0, sub = 0, protocol = 0] = usbClass.split('/').map((part) => Number.parseInt(part, 16))
  return Buffer.from([9, 4, 0, 0, 2, base, sub, protocol, 0])
}

const stickDescriptors = Buffer.concat([
  Buffer.from([18, 1, 0, 2, 0, 0, 0, 64, 0x51, 0x09, 0x66, 0x16, 0, 1, 1, 2, 3, 1]),
  Buffer.from([9, 2, 32, 0, 1, 1, 0, 0x80, 50]),
  interfaceDescriptor('08/06/50'),
  Buffer.from([7, 5, 0x81, 2, 0, 2, 0]),
  Buffer.from([7, 5, 0x02, 2, 0, 2, 0]),
  // a second configuration, which is not the one in use
  Buffer.from([9, 2, 18, 0, 1, 2, 0, 0x80, 50]),
  interfaceDescriptor('03/01/01'),
])

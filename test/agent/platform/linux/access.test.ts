import { mkdirSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyDeviceAccess } from '../../../../agent/platform/linux/access.ts'
import { clearMarks } from '../../../../agent/platform/linux/clear-marks.ts'
import { observeDevice } from '../../../../agent/platform/linux/observe.ts'
import { createUsbReader } from '../../../../agent/platform/linux/read-usb.ts'
import type { Device } from '../../../../src/policy/device.ts'
import { SysfsTree } from './sysfs-tree.ts'

let tree: SysfsTree
let flushed: string[]
beforeEach(() => {
  tree = new SysfsTree()
  flushed = []
})
afterEach(() => tree.remove())

const rules = 'etc/udev/rules.d/05-tanmori.rules'
const stick = 'sys/bus/usb/devices/1-2:1.0'

describe('applyDeviceAccess', () => {
  it('opens read-only: marked before it is authorised, then probed', async () => {
    tree.usb('1-2', {}, ['08/06/50'])
    await apply('read-only')
    expect(tree.read(`${stick}/authorized`)).toBe('1')
    expect(tree.read('sys/bus/usb/drivers_probe')).toBe('1-2:1.0')
    expect(marks()).toEqual({ open: true, write: false, 'read-only': true })
  })

  it('opens read-write', async () => {
    tree.usb('1-2', {}, ['08/06/50'])
    await apply('read-write')
    expect(marks()).toEqual({ open: true, write: true, 'read-only': false })
  })

  it('closes: what was written is flushed, the marks go, the interface is denied', async () => {
    tree.usb('1-2', {}, ['08/06/50'])
    await apply('read-write')
    tree.node('1-2:1.0', 'sda', '8:0')
    tree.put(
      'proc/self/mountinfo',
      '22 1 254:0 / / rw - ext4 /dev/vda rw\n30 22 8:0 / /media/alice/A\\040B rw - vfat /dev/sda rw\n',
    )
    await apply('block')
    expect(tree.read(`${stick}/authorized`)).toBe('0')
    expect(flushed).toEqual(['/media/alice/A B'])
    expect(marks()).toEqual({ open: false, write: false, 'read-only': false })
  })

  it('takes a writable medium away and brings it back when it becomes read-only', async () => {
    tree.put(rules, '')
    tree.usb('1-2', {}, ['08/06/50'])
    tree.put(`${stick}/authorized`, '1\n')
    tree.node('1-2:1.0', 'sda', '8:0')
    tree.put('proc/self/mountinfo', '30 22 8:0 / /media/x rw - vfat /dev/sda rw\n')
    await apply('read-only')
    expect(flushed).toEqual(['/media/x'])
    expect(tree.read(`${stick}/authorized`)).toBe('1')
    expect(marks()).toMatchObject({ open: true, write: false })
  })

  it('leaves the write-protect switch of a medium alone', async () => {
    tree.usb('1-2', {}, ['08/06/50'])
    tree.put(`${stick}/authorized`, '1\n')
    tree.node('1-2:1.0', 'sda', '8:0', { isReadOnly: true })
    tree.put('proc/self/mountinfo', '30 22 8:0 / /media/x ro - vfat /dev/sda ro\n')
    await apply('read-write')
    expect(flushed).toEqual([])
  })

  it('has a bus deny its interfaces before it opens a device on it', async () => {
    tree.bus('usb1', false)
    tree.usb('1-2', { authorized: '0' }, ['08/06/50'])
    await apply('read-only')
    expect(tree.read('sys/bus/usb/devices/usb1/interface_authorized_default')).toBe('0')
    expect(tree.read('sys/bus/usb/devices/1-2/authorized')).toBe('1')
  })

  it('opens one function of a composite and leaves the other closed', async () => {
    tree.usb('1-2', {}, ['08/06/50', '03/01/01'])
    await applyDeviceAccess(deps(), device(), [{ key: '1-2:1.1', access: 'read-write' }])
    expect(tree.read('sys/bus/usb/devices/1-2:1.1/authorized')).toBe('1')
    expect(tree.read(`${stick}/authorized`)).toBe('0')
    // a keyboard is no exception of the agent, which its end would take back
    expect(tree.has('run/tanmori/open/1-2:1.1')).toBe(false)
  })

  it('authorises every opened function before it has any driver probe', async () => {
    tree.usb('1-2', {}, ['02/06/00', '0a/00/00'])
    const both = ['1-2:1.0', '1-2:1.1']
    await applyDeviceAccess(
      deps(),
      device(),
      both.map((key) => ({ key, access: 'read-write' })),
    )
    expect(both.map((key) => tree.read(`sys/bus/usb/devices/${key}/authorized`))).toEqual(['1', '1'])
    expect(tree.read('sys/bus/usb/drivers_probe')).toContain('1-2:1.1')
  })

  it('never closes a disk that the system runs from', async () => {
    tree.usb('1-2', {}, ['08/06/50'])
    tree.put(`${stick}/authorized`, '1\n')
    tree.node('1-2:1.0', 'sda', '8:0')
    tree.put('proc/self/mountinfo', '22 1 8:0 / / rw - ext4 /dev/sda rw\n')
    await expect(apply('block')).rejects.toThrow(/the system runs from it/)
    expect(tree.read(`${stick}/authorized`)).toBe('1')
    expect(observeDevice(tree.roots, device())[0]).toMatchObject({ isSystem: true, state: 'open' })
  })

  it('says which write the kernel refused', async () => {
    tree.usb('1-2', {}, ['08/06/50'])
    // root may write a file that is read-only: a folder in its place refuses everybody
    rmSync(join(tree.folder, stick, 'authorized'))
    mkdirSync(join(tree.folder, stick, 'authorized'))
    await expect(apply('block')).rejects.toThrow(/authorized: could not write "0" \(EISDIR\)/)
  })

  it('refuses a name that is none of the kernel’s', async () => {
    tree.usb('1-2', {}, ['08/06/50'])
    const changes = [{ key: '../../../etc/passwd', access: 'block' }] as const
    await expect(applyDeviceAccess(deps(), device(), changes)).rejects.toThrow(/not a function's name/)
  })

  it('has udevd bind a card where the rules are in place', async () => {
    tree.put(rules, '')
    const path = 'sys/devices/pci0/mmc_host/mmc0/mmc0:4567'
    tree.put(`${path}/uevent`, '')
    tree.link('sys/bus/mmc/devices/mmc0:4567', path)
    const card: Device = {
      ...device0,
      key: 'mmc0:4567',
      bus: 'mmc',
      functions: [{ key: 'mmc0:4567', class: 'sd-card' }],
    }
    await applyDeviceAccess(deps(), card, [{ key: 'mmc0:4567', access: 'read-only' }])
    expect(tree.read(`${path}/uevent`)).toBe('add')
    expect(tree.has('run/tanmori/open/mmc0:4567')).toBe(true)
  })
})

describe('clearMarks', () => {
  it('takes away the marks of what has left, and those alone', async () => {
    const card = 'sys/bus/mmc/devices/mmc0:4567'
    tree.usb('1-2', {}, ['08/06/50'])
    tree.put(`${card}/type`, 'SD\n')
    await apply('read-write')
    for (const key of ['mmc0:4567', '1-3:1.0', '6:0:0:0', 'clean']) tree.put(`run/tanmori/open/${key}`, '')
    clearMarks(tree.roots)
    expect(open()).toEqual(['1-2:1.0', 'clean', 'mmc0:4567'])
    expect(marks()).toEqual({ open: true, write: true, 'read-only': false })
    // Its interfaces go before the device, and come back with it.
    rmSync(join(tree.folder, stick))
    clearMarks(tree.roots)
    expect(marks()).toMatchObject({ open: true, write: true })
    for (const path of [card, 'sys/bus/usb/devices/1-2']) rmSync(join(tree.folder, path), { recursive: true })
    clearMarks(tree.roots)
    expect(open()).toEqual(['clean'])
    expect(marks()).toEqual({ open: false, write: false, 'read-only': false })
  })

  it('is quiet where nothing was ever marked', () => {
    expect(() => clearMarks(tree.roots)).not.toThrow()
  })

  function open(): readonly string[] {
    return readdirSync(join(tree.folder, 'run/tanmori/open')).sort()
  }
})

describe('observeDevice', () => {
  it('sees a denied function', () => {
    tree.usb('1-2', {}, ['08/06/50'])
    expect(observeDevice(tree.roots, device())).toEqual([
      { key: '1-2:1.0', state: 'closed', driver: null, nodes: [], isHeld: false, isSystem: false },
    ])
  })

  it('sees driver, nodes and read-only flags', () => {
    tree.put(rules, '')
    tree.usb('1-2', {}, ['08/06/50'])
    tree.put(`${stick}/authorized`, '1\n')
    tree.node('1-2:1.0', 'sda', '8:0', { isReadOnly: true })
    expect(observeDevice(tree.roots, device())).toEqual([
      {
        key: '1-2:1.0',
        state: 'open',
        driver: 'usb-storage',
        nodes: [{ name: 'sda', isReadOnly: true }],
        isHeld: true,
        isSystem: false,
      },
    ])
  })

  it('tells a device that is gone from one that has no interfaces yet', () => {
    tree.usb('1-2', { authorized: '0' }, [])
    const described: Device = { ...device0, key: '1-2', functions: [{ key: '1-2:1.0', class: 'mass-storage' }] }
    expect(observeDevice(tree.roots, described)[0]?.state).toBe('closed')
    expect(observeDevice(tree.roots, { ...described, key: '1-9' })[0]?.state).toBe('gone')
  })

  it('does not take a function for open that just leaves: the kernel takes its permission away before its name', () => {
    tree.usb('1-2', {}, ['08/06/50'])
    const leaving = device()
    for (const name of ['bInterfaceClass', 'bInterfaceSubClass', 'bInterfaceProtocol', 'authorized']) {
      expect(observeDevice(tree.roots, leaving)[0]?.state).toBe('closed')
      rmSync(join(tree.folder, stick, name))
    }
    expect(observeDevice(tree.roots, leaving)[0]?.state).toBe('closed')
    rmSync(realpathSync(join(tree.folder, stick)), { recursive: true })
    expect(observeDevice(tree.roots, leaving)[0]?.state).toBe('closed')
  })
})

const device0: Device = { key: '1-2', bus: 'usb', serial: null, vendor: '', product: '', functions: [] }

function device(): Device {
  const found = createUsbReader(tree.roots).readAll()[0]?.device
  if (found === undefined) throw new Error('the tree has no device')
  return found
}

function deps() {
  return { roots: tree.roots, flush: async (point: string) => void flushed.push(point) }
}

function apply(access: 'block' | 'read-only' | 'read-write'): Promise<void> {
  return applyDeviceAccess(deps(), device(), [{ key: '1-2:1.0', access }])
}

function marks() {
  const has = (name: string) => tree.has(`run/tanmori/${name}/1-2:1.0`)
  return { open: has('open'), write: has('write'), 'read-only': has('read-only') }
}

import { describe, expect, it } from 'vitest'
import type { DeviceNode } from '../../../../agent/platform/windows/device-node.ts'
import {
  hasBluetoothInput,
  hasInternalSd,
  judgeSystemDisks,
  observeDevice,
} from '../../../../agent/platform/windows/observe-device.ts'
import { listDevices } from '../../../../agent/platform/windows/read-devices.ts'
import type { DeviceClass } from '../../../../src/policy/device.ts'
import { classIds, node, stateOf, stick, stickDiskId, stickId } from './nodes.ts'

const composite = node('USB\\VID_046D&PID_C52B\\5&1&0&2', { compatibleIds: ['USB\\DevClass_00', 'USB\\COMPOSITE'] })
const ownContainer = '{00000000-0000-0000-FFFF-FFFFFFFFFFFF}'
const otherContainer = '{5f5e6c62-3a2b-5d0e-8f4e-2d6e0d6f7f11}'

describe('the devices that a policy decides on', () => {
  it('a stick with its serial, its volume and what it calls itself', () => {
    const [seen] = listDevices(stateOf(stick({ reportedName: 'DataTraveler 3.0' })), new Set())
    expect(seen?.device).toEqual({
      key: stickId,
      bus: 'usb',
      vendorId: '0951',
      productId: '1666',
      serial: '1C6F654E5925B1B0',
      vendor: 'KINGSTON',
      product: 'DataTraveler 3.0',
      volumes: ['1A2B-3C4D'],
      functions: [{ key: stickId, class: 'mass-storage', usbClass: '08/06/50' }],
    })
  })

  it('another plugging-in of the same stick is another instance', () => {
    const [first] = listDevices(stateOf(stick({ arrivedAt: 'a1' })), new Set())
    const [second] = listDevices(stateOf(stick({ arrivedAt: 'a2' })), new Set())
    expect(first?.instance).not.toBe(second?.instance)
  })

  it('a composite device has its functions, each with a class of its own', () => {
    const child = (number: string, ids: readonly string[]) =>
      node(`USB\\VID_046D&PID_C52B&MI_0${number}\\6&1&0&000${number}`, {
        parentId: composite.instanceId,
        compatibleIds: ids,
      })
    const nodes = [composite, child('0', classIds('03', '01', '01')), child('1', classIds('08', '06', '50'))]
    const [seen, ...others] = listDevices(stateOf(nodes), new Set())
    expect(seen?.device.functions.map((fn) => fn.class)).toEqual(['input', 'mass-storage'])
    expect(others).toEqual([])
  })

  it('a composite device that has not started yet has none', () => {
    expect(listDevices(stateOf([composite]), new Set())[0]?.device.functions).toEqual([])
  })

  it.each<[string, Partial<DeviceNode>, DeviceClass]>([
    ['a keyboard', { compatibleIds: classIds('03', '01', '01') }, 'input'],
    ['a hub', { compatibleIds: classIds('09', '00', '00') }, 'hub'],
    ['a card reader', { compatibleIds: classIds('0b', '00', '00') }, 'smart-card'],
    ['a UASP disk', { compatibleIds: classIds('08', '06', '62') }, 'mass-storage'],
    ['a phone by its own class', { compatibleIds: classIds('06', '01', '01') }, 'portable'],
    ["a phone by Microsoft's id", { compatibleIds: ['USB\\MS_COMP_MTP', ...classIds('ff', 'ff', '00')] }, 'portable'],
    ['a phone that shares its network', { compatibleIds: classIds('e0', '01', '03') }, 'network'],
    [
      "a network adapter of a vendor's own class",
      { compatibleIds: classIds('ff', 'ff', '00'), setupClass: '{4d36e972-e325-11ce-bfc1-08002be10318}' },
      'network',
    ],
    ['a Bluetooth adapter', { compatibleIds: classIds('e0', '01', '01') }, 'bluetooth'],
    [
      "a card reader of a vendor's own class, by its driver",
      { compatibleIds: classIds('ff', '00', '00'), setupClass: '{50dd5230-ba8a-11d1-bf5d-0000f805f530}' },
      'smart-card',
    ],
    ['what nobody knows', { compatibleIds: classIds('ff', '00', '00') }, 'other'],
    ['what says nothing', {}, 'other'],
    [
      'a stick with the driver of a keyboard stays a stick',
      { compatibleIds: classIds('08', '06', '50'), setupClass: '{4d36e96b-e325-11ce-bfc1-08002be10318}' },
      'mass-storage',
    ],
  ])('%s', (_, changes, wanted) => {
    const [seen] = listDevices(stateOf([node('USB\\VID_1234&PID_5678\\AB12', changes)]), new Set())
    expect(seen?.device.functions.map((fn) => fn.class)).toEqual([wanted])
  })

  it('a PaSoRi reader is one before any driver says so', () => {
    const pasori = node('USB\\VID_054C&PID_06C3\\0123456', { compatibleIds: classIds('ff', 'ff', 'ff') })
    expect(listDevices(stateOf([pasori]), new Set())[0]?.device.functions[0]?.class).toBe('smart-card')
  })

  it('a drive that was optical once stays so when nothing shows it any more', () => {
    const memory = new Set<string>()
    const id = 'USB\\VID_13FD&PID_0840\\A1B2'
    const drive = node(id, { compatibleIds: classIds('08', '06', '50') })
    const disc = node('USBSTOR\\CDROM&VEN_PIONEER&PROD_BD&REV_1\\A1B2&0', { parentId: id })
    expect(classOf([drive, disc], memory)).toBe('optical')
    expect(classOf([{ ...drive, isStarted: false }], memory)).toBe('optical')
    expect(classOf([{ ...drive, arrivedAt: '02' }], memory)).toBe('mass-storage')
  })

  it.each<[string, DeviceNode, number]>([
    ['a root hub', node('USB\\ROOT_HUB30\\4&1'), 0],
    ['a USB controller', node('PCI\\VEN_8086&DEV_A12F\\3&1'), 0],
    [
      'the built-in disk',
      node('SCSI\\DISK&VEN_NVME&PROD_SAMSUNG\\5&1', { containerId: ownContainer, removalPolicy: 1 }),
      0,
    ],
    [
      'a disk in a bay that could be pulled',
      node('SCSI\\DISK&VEN_ATA&PROD_WDC\\5&1', { containerId: ownContainer, removalPolicy: 3 }),
      0,
    ],
    [
      'a disk in another box',
      node('SCSI\\DISK&VEN_X&PROD_Y\\5&1', { containerId: otherContainer, removalPolicy: 3 }),
      1,
    ],
    ['the optical drive', node('SCSI\\CDROM&VEN_HL-DT-ST&PROD_DVDRAM\\5&1'), 1],
    ['a disc image that was mounted', node('SCSI\\CDROM&VEN_MSFT&PROD_VIRTUAL_DVD-ROM\\2&1'), 0],
    ['an SD card', node('SD\\VID_03&OID_5344&PID_SU08G&REV_8.0\\5&1', { compatibleIds: ['SD\\CLASS_STORAGE'] }), 1],
    [
      'built-in storage on the SD bus',
      node('SD\\VID_15&PID_X\\5&1', { compatibleIds: ['SD\\CLASS_STORAGE'], removalPolicy: 1 }),
      0,
    ],
    ['a network card on the SD bus', node('SD\\VID_02D0&PID_4330\\5&1', { compatibleIds: ['SD\\CLASS_07'] }), 0],
    ['a volume', node('STORAGE\\VOLUME\\{1}#00'), 0],
  ])('%s', (_, one, count) => {
    expect(listDevices(stateOf([one]), new Set())).toHaveLength(count)
  })
})

describe('what is so of a device', () => {
  const device = () => {
    const [seen] = listDevices(stateOf(stick()), new Set())
    if (seen === undefined) throw new Error('no stick')
    return seen.device
  }
  const open = { volumes: false, optical: false }

  it.each<[string, ReturnType<typeof stateOf>, { volumes: boolean; optical: boolean }, object]>([
    [
      'in use',
      stateOf(stick()),
      open,
      { state: 'open', isHeld: false, isSystem: false, nodes: [{ name: 'E:\\', isReadOnly: false }] },
    ],
    [
      'read-only for all',
      stateOf(stick()),
      { ...open, volumes: true },
      { isHeld: true, nodes: [{ name: 'E:\\', isReadOnly: true }] },
    ],
    [
      'write-protected by itself',
      stateOf(stick(), { volumes: [{ ...volume(), isWriteProtected: true }] }),
      open,
      { isHeld: false, nodes: [{ name: 'E:\\', isReadOnly: true }] },
    ],
    [
      'with nothing on it',
      stateOf(stick(), { volumes: [] }),
      open,
      { state: 'open', nodes: [{ name: 'disk 1', isReadOnly: false }] },
    ],
    [
      'without a driver, by policy',
      stateOf(stick({ isStarted: false, problem: 28 })),
      open,
      { state: 'closed', nodes: [] },
    ],
    ['stopped', stateOf(stick({ isStarted: false, problem: 22 })), open, { state: 'closed', nodes: [] }],
    ['pulled out', stateOf([]), open, { state: 'gone', nodes: [] }],
    [
      'what the system runs from',
      stateOf(stick(), { systemDisks: ['disk 1'] }),
      open,
      { state: 'open', isSystem: true },
    ],
  ])('a stick: %s', (_, state, held, wanted) => {
    expect(observeDevice(device(), state, held)[0]).toMatchObject(wanted)
  })

  it('an adapter that a keyboard hangs on is needed', () => {
    const adapter = node('USB\\VID_8087&PID_0AAA\\5&1', { compatibleIds: classIds('e0', '01', '01') })
    const service = node('BTHENUM\\{00001124-0000-1000-8000-00805F9B34FB}_VID&0002\\7&1', {
      parentId: adapter.instanceId,
    })
    const keyboard = node('HID\\{00001124-0000-1000-8000-00805F9B34FB}&COL01\\8&1', {
      parentId: service.instanceId,
      setupClass: '{4d36e96b-e325-11ce-bfc1-08002be10318}',
    })
    const state = stateOf([adapter, service, keyboard])
    const [seen] = listDevices(state, new Set())
    expect(seen === undefined ? null : observeDevice(seen.device, state, open)[0]).toMatchObject({ isSystem: true })
    expect(hasBluetoothInput(state.nodes)).toBe(true)
    expect(hasBluetoothInput([adapter])).toBe(false)
  })
})

describe('a machine where nothing may be denied', () => {
  it('runs from a disk on USB', () => {
    expect(judgeSystemDisks(stateOf(stick(), { systemDisks: ['disk 1'] }))).toMatch(/^Windows runs from a disk on USB/)
    expect(judgeSystemDisks(stateOf(stick()))).toBeNull()
  })

  it('knows storage that is built in on the SD bus', () => {
    expect(hasInternalSd([node('SD\\VID_15&PID_X\\5&1', { removalPolicy: 1 })])).toBe(true)
    expect(hasInternalSd([node('SD\\VID_15&PID_X\\5&1', { removalPolicy: 3 })])).toBe(false)
  })
})

function classOf(nodes: readonly DeviceNode[], memory: Set<string>): DeviceClass | undefined {
  return listDevices(stateOf(nodes), memory)[0]?.device.functions[0]?.class
}

function volume() {
  const [first] = stateOf([node(stickDiskId)]).volumes
  if (first === undefined) throw new Error('no volume')
  return first
}

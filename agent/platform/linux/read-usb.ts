import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Device, DeviceFunction } from '../../../src/policy/device.ts'
import type { SeenDevice } from '../platform.ts'
import { judgeSerial } from '../serial.ts'
import { classifyUsb } from '../usb-class.ts'
import type { LinuxRoots } from './roots.ts'
import { listEntries, readAttribute, readBinary } from './sysfs.ts'
import { parseDescriptors } from './usb-descriptors.ts'
import { readVolumes } from './volumes.ts'

const maxFunctions = 64
const scsiOptical = '5' // SCSI peripheral device type, SPC-4 table 59

export type UsbReader = Readonly<{
  readAll(): readonly SeenDevice[]
  /** Null where it is not there (any more). */
  readOne(key: string): SeenDevice | null
}>

/**
 * USB devices without the machine's own root hubs. A drive that turned out to be optical stays so in the reader's
 * memory: once it is closed nothing shows it any more, and it must not be taken for a stick again.
 */
export function createUsbReader(roots: LinuxRoots): UsbReader {
  const folder = join(roots.sys, 'bus/usb/devices')
  const opticalSeen = new Set<string>()

  return {
    readAll() {
      const keys = listEntries(folder)
      const seen = keys.filter(isDeviceKey).flatMap((key) => readDevice(key))
      forgetGone(seen)
      return seen
    },
    readOne(key) {
      return isDeviceKey(key) ? (readDevice(key)[0] ?? null) : null
    },
  }

  function readDevice(key: string): readonly SeenDevice[] {
    const path = join(folder, key)
    const instance = readInstance(path)
    const vendorId = readAttribute(join(path, 'idVendor'))
    const productId = readAttribute(join(path, 'idProduct'))
    if (instance === null || vendorId === null || productId === null) return []
    const interfaces = readInterfaces(key, path, instance)
    const functions = interfaces.length > 0 ? interfaces : describedFunctions(key, path)
    const device: Device = {
      key,
      bus: 'usb',
      ...(isUsbId(vendorId) ? { vendorId: vendorId.toLowerCase() } : {}),
      ...(isUsbId(productId) ? { productId: productId.toLowerCase() } : {}),
      serial: judgeSerial(readAttribute(join(path, 'serial')) ?? ''),
      vendor: (readAttribute(join(path, 'manufacturer')) ?? '').slice(0, 256),
      product: (readAttribute(join(path, 'product')) ?? '').slice(0, 256),
      functions: functions.slice(0, maxFunctions),
      ...readVolumes(
        roots,
        interfaces.map((one) => join(folder, one.key)),
      ),
    }
    return [{ device, instance }]
  }

  /**
   * All of them or none. The kernel answers this attribute only while nobody sets the device up or takes it apart
   * (drivers/usb/core/sysfs.c, usb_actconfig_show): before and after that it has no interfaces, in between all. Where it
   * has another answer in the end, they were taken apart while they were read.
   */
  function readInterfaces(key: string, path: string, instance: string): readonly DeviceFunction[] {
    const count = readAttribute(join(path, 'bNumInterfaces'))
    if (count === '') return []
    const keys = listEntries(path).filter((name) => name.startsWith(`${key}:`))
    const interfaces = keys.flatMap((one) => readInterface(one, instance))
    return readAttribute(join(path, 'bNumInterfaces')) === count ? interfaces : []
  }

  function readInterface(key: string, instance: string): readonly DeviceFunction[] {
    const path = join(folder, key)
    const parts = ['bInterfaceClass', 'bInterfaceSubClass', 'bInterfaceProtocol'].map(
      (name) => readAttribute(join(path, name))?.toLowerCase() ?? '',
    )
    const usbClass = parts.join('/')
    if (!/^[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{2}$/.test(usbClass)) return []
    const memory = `${instance} ${key}`
    if (hasOpticalUnit(path)) opticalSeen.add(memory)
    const stated = classifyUsb(usbClass, readAttribute(join(path, 'interface')) ?? '')
    const isOptical = stated === 'mass-storage' && opticalSeen.has(memory)
    return [{ key, class: isOptical ? 'optical' : stated, usbClass }]
  }

  function forgetGone(seen: readonly SeenDevice[]): void {
    const instances = new Set(seen.map((one) => one.instance))
    for (const memory of opticalSeen) if (!instances.has(memory.split(' ')[0] ?? '')) opticalSeen.delete(memory)
  }
}

/** Without an interface's name a vendor-specific one cannot be told from a telephone: left out until it has one. */
function describedFunctions(key: string, path: string): readonly DeviceFunction[] {
  return parseDescriptors(key, readBinary(join(path, 'descriptors')) ?? Buffer.alloc(0))
    .filter(({ usbClass, hasName }) => !(usbClass.startsWith('ff/') && hasName))
    .map((one) => ({ key: one.key, class: classifyUsb(one.usbClass, ''), usbClass: one.usbClass }))
}

function hasOpticalUnit(interfacePath: string): boolean {
  for (const host of listEntries(interfacePath).filter((name) => /^host\d+$/.test(name))) {
    for (const target of listEntries(join(interfacePath, host)).filter((name) => name.startsWith('target'))) {
      const units = listEntries(join(interfacePath, host, target)).filter((name) => /^\d+:\d+:\d+:\d+$/.test(name))
      if (units.some((unit) => readAttribute(join(interfacePath, host, target, unit, 'type')) === scsiOptical))
        return true
    }
  }
  return false
}

/** The inode of a sysfs folder is never used twice while the machine runs (kernfs), so it names the plugging-in. */
export function readInstance(path: string): string | null {
  try {
    return statSync(path, { bigint: true }).ino.toString()
  } catch {
    return null
  }
}

/** Not the machine's own root hubs (`usb1`), nor interfaces (`1-2:1.0`). */
export function isDeviceKey(name: string): boolean {
  return /^\d+-\d+(\.\d+)*$/.test(name)
}

function isUsbId(text: string): boolean {
  return /^[0-9a-fA-F]{4}$/.test(text)
}

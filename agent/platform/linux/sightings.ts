import type { Device } from '../../../src/policy/device.ts'
import { platformLimits, type SeenDevice, type Sighting } from '../platform.ts'
import { classifyUsb } from '../usb-class.ts'
import { isDeviceKey } from './read-usb.ts'
import type { Uevent } from './uevent.ts'

export type SightingsDeps = Readonly<{
  /** Reads one USB device now; null where it is gone already. */
  readUsb(key: string): SeenDevice | null
  nowMs(): number
}>

type Came = Omit<Sighting, 'leftAtMs'>

/**
 * What is seen of each USB device at the moment the kernel tells of it, so that one that leaves before anybody decided on
 * it is known all the same. What was gone even then is known by what the event itself says.
 */
export class Sightings {
  readonly #deps: SightingsDeps
  readonly #seen = new Map<string, Came>()

  constructor(deps: SightingsDeps) {
    this.#deps = deps
  }

  /** Takes every event in its order; answers the device that left with this one. */
  take(uevent: Uevent): Sighting | null {
    const { action, devpath, subsystem, devtype } = uevent
    if (subsystem !== 'usb') return null
    const name = devpath.split('/').at(-1) ?? ''
    if (!isDeviceKey(keyOf(name))) return null
    if (devtype === 'usb_device' && action === 'remove') return this.#takeAway(name)
    if (action !== 'add') return null
    if (devtype === 'usb_device') this.#begin(name, uevent)
    if (devtype === 'usb_interface') this.#add(name, uevent)
    return null
  }

  #takeAway(key: string): Sighting | null {
    const came = this.#seen.get(key)
    this.#seen.delete(key)
    return came === undefined ? null : { ...came, leftAtMs: this.#deps.nowMs() }
  }

  #begin(key: string, { product }: Uevent): void {
    this.#seen.delete(key)
    const sighting = this.#read(key) ?? {
      device: { key, bus: 'usb', ...idsOf(product), serial: null, vendor: '', product: '', functions: [] },
      instance: null,
    }
    this.#seen.set(key, { ...sighting, cameAtMs: this.#deps.nowMs() })
    const [oldest = ''] = this.#seen.keys()
    if (this.#seen.size > platformLimits.maxDevices) this.#seen.delete(oldest)
  }

  /** Interfaces come after their device, one by one. */
  #add(name: string, { usbInterface }: Uevent): void {
    const key = keyOf(name)
    const known = this.#seen.get(key)
    if (known === undefined) return
    const read = this.#read(key)
    if (read !== null && (known.instance === null || read.instance === known.instance)) {
      this.#seen.set(key, { ...read, cameAtMs: known.cameAtMs })
      return
    }
    const usbClass = classOf(usbInterface)
    if (usbClass === null || known.device.functions.some((one) => one.key === name)) return
    const functions = [...known.device.functions, { key: name, class: classifyUsb(usbClass, ''), usbClass }]
    this.#seen.set(key, { ...known, device: { ...known.device, functions } })
  }

  #read(key: string): SeenDevice | null {
    try {
      return this.#deps.readUsb(key)
    } catch {
      return null // it leaves just now
    }
  }
}

function keyOf(name: string): string {
  return name.split(':')[0] ?? ''
}

/** `46f4/1/0` as the kernel writes it (drivers/usb/core/driver.c, usb_uevent). */
function idsOf(product: string): Pick<Device, 'vendorId' | 'productId'> {
  const [vendor, id] = product.split('/').map((part) => part.toLowerCase().padStart(4, '0'))
  const isId = (text: string | undefined) => text !== undefined && /^[0-9a-f]{4}$/.test(text)
  return isId(vendor) && isId(id) ? { vendorId: vendor, productId: id } : {}
}

/** `8/6/80` as `08/06/50`. */
function classOf(usbInterface: string): string | null {
  const parts = /^(\d{1,3})\/(\d{1,3})\/(\d{1,3})$/.exec(usbInterface)?.slice(1).map(Number)
  if (parts === undefined || parts.some((part) => part > 255)) return null
  return parts.map((part) => part.toString(16).padStart(2, '0')).join('/')
}

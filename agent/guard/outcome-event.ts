import type { Access, Device, DeviceFunction } from '../../src/policy/device.ts'
import { isMediaClass } from '../../src/policy/media-class.ts'
import type { Verdict } from '../../src/policy/verdict.ts'
import type { EventKind, NewEvent } from '../../src/protocol/events.ts'
import type { SeenDevice } from '../platform/platform.ts'
import type { Outcome } from './outcome.ts'

export type Told = Readonly<{
  device: Device
  fn: DeviceFunction
  verdict: Verdict
  outcome: Outcome
  /** Differs for every plugging-in. */
  instance: string
  wanted: Access
  /** What had been told of the same plugging-in before; null: nothing yet. */
  before: Outcome | null
  /** The access that it had then. */
  previous: Access | null
  observed: string
  users: readonly string[]
  /** `start`: was in when the agent started. */
  found: 'start' | 'plug'
}>

/** The journal's line for what was observed of one function. */
export function outcomeEvent(told: Told): NewEvent {
  const { device, instance, fn, verdict, outcome, wanted, observed, users, found } = told
  return {
    kind: kindOf(told),
    control: verdict.control,
    subject: describeDevice(device, fn.key),
    data: { device, instance, function: fn.key, verdict, outcome, wanted, observed, users, found },
  }
}

export function removalEvent(
  { device, instance }: SeenDevice,
  wasPluggedInAtMs: number,
  nowMs: number,
  whileStopped: boolean,
): NewEvent {
  const isMedium = device.functions.some((fn) => isMediaClass(fn.class))
  return {
    kind: isMedium ? 'media.removed' : 'device.removed',
    subject: describeDevice(device, device.key),
    data: { device, instance, pluggedInMs: Math.max(0, nowMs - wasPluggedInAtMs), whileStopped },
  }
}

/** `Kingston DataTraveler 0951:1666 1C6F654E (1-2:1.0)` */
export function describeDevice(device: Device, key: string): string {
  const ids = device.vendorId === undefined ? '' : `${device.vendorId}:${device.productId ?? '????'}`
  const words = [nameDevice(device), ids, device.serial ?? '', `(${key})`]
  return words
    .filter((word) => word !== '')
    .join(' ')
    .slice(0, 512)
}

/** What the device calls itself; many repeat the maker's name in the product's. */
export function nameDevice({ vendor, product }: Device): string {
  return product.toLowerCase().startsWith(vendor.toLowerCase()) ? product : `${vendor} ${product}`.trim()
}

function kindOf({ fn, outcome, before, previous, verdict }: Told): EventKind {
  const isMedium = isMediaClass(fn.class)
  const wasUsable = before === 'allowed' || before === 'would-refuse'
  switch (outcome) {
    case 'refused':
      if (isMedium && wasUsable) return 'media.revoked'
      return isMedium ? 'media.refused' : 'device.refused'
    case 'would-refuse':
      return isMedium ? 'media.would-refuse' : 'device.would-refuse'
    case 'allowed':
      if (isMedium && wasUsable && previous === 'read-write' && verdict.access === 'read-only') return 'media.revoked'
      return isMedium ? 'media.allowed' : 'device.allowed'
    case 'bypassed':
    case 'waiting': // never told; should it be, then as the worst
      return 'media.bypassed'
    default:
      return outcome satisfies never
  }
}

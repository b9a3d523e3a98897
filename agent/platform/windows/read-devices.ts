import type { Device, DeviceFunction } from '../../../src/policy/device.ts'
import { platformLimits, type SeenDevice } from '../platform.ts'
import { judgeSerial } from '../serial.ts'
import { ancestorsOf, type DeviceNode, type DeviceState, descendantsOf } from './device-node.ts'
import { parseInstanceId } from './instance-id.ts'
import { classifyNode, isOptical, readUsbClass } from './node-class.ts'

const maxFunctions = 64
const maxText = 256
/** Devices that are part of the machine share this container ("Container IDs for Windows devices"). */
const ownContainer = '{00000000-0000-0000-ffff-ffffffffffff}'
const surpriseRemoval = 3
const noRemoval = 1

/**
 * The devices that a policy decides on: what hangs on USB without its hubs' roots, cards, optical drives, disks that can
 * be pulled out. The machine's own disks and controllers are none of them. An optical drive stays one in `memory` once it
 * was seen: closed, nothing shows it any more.
 */
export function listDevices(state: DeviceState, memory: Set<string>): readonly SeenDevice[] {
  const { nodes } = state
  const seen = nodes.flatMap((node) => seenDevice(node, state, memory))
  const instances = new Set(seen.map((one) => one.instance))
  for (const one of memory) if (!instances.has(one.split('|')[0] ?? '')) memory.delete(one)
  return seen.slice(0, platformLimits.maxDevices)
}

function seenDevice(node: DeviceNode, state: DeviceState, memory: Set<string>): readonly SeenDevice[] {
  const { enumerator, vendorId, productId, interfaceNumber } = parseInstanceId(node.instanceId)
  const instance = `${node.instanceId} ${node.arrivedAt}`
  if (enumerator === 'USB') {
    if (vendorId === null || productId === null || interfaceNumber !== null) return []
    const functions = usbFunctions(node, state).map((fn) => remembered(fn, instance, memory))
    return [{ instance, device: { ...describe(node, state), bus: 'usb', vendorId, productId, functions } }]
  }
  const kind = ownKind(node, state)
  if (kind === null) return []
  const functions: DeviceFunction[] = [{ key: node.instanceId, class: kind.class }]
  return [{ instance, device: { ...describe(node, state), bus: kind.bus, functions } }]
}

/** A composite device's functions are devices of their own, `&MI_00` and on. */
function usbFunctions(node: DeviceNode, { nodes }: DeviceState): readonly DeviceFunction[] {
  const interfaces = nodes.filter(
    (one) => isSame(one.parentId, node.instanceId) && parseInstanceId(one.instanceId).interfaceNumber !== null,
  )
  const isComposite = node.compatibleIds.some((id) => /^USB\\COMPOSITE$/i.test(id))
  const functions = interfaces.length > 0 ? interfaces : isComposite ? [] : [node]
  return functions.slice(0, maxFunctions).map((one) => {
    const usbClass = readUsbClass(one)
    const deviceClass = classifyNode(one, descendantsOf(nodes, one.instanceId))
    return { key: one.instanceId, class: deviceClass, ...(usbClass === null ? {} : { usbClass }) }
  })
}

function remembered(fn: DeviceFunction, instance: string, memory: Set<string>): DeviceFunction {
  const name = `${instance}|${fn.key}`
  if (fn.class === 'optical') memory.add(name)
  return fn.class === 'mass-storage' && memory.has(name) ? { ...fn, class: 'optical' } : fn
}

type OwnKind = Readonly<{ bus: 'mmc' | 'scsi'; class: 'sd-card' | 'optical' | 'mass-storage' }>

/** What does not hang on USB and can be taken away all the same. */
function ownKind(node: DeviceNode, { nodes }: DeviceState): OwnKind | null {
  const { enumerator, kind, vendor, product } = parseInstanceId(node.instanceId)
  if (enumerator === 'SD') {
    const isStorage = node.compatibleIds.some((id) => /^SD\\CLASS_STORAGE$/i.test(id))
    return isStorage && node.removalPolicy !== noRemoval ? { bus: 'mmc', class: 'sd-card' } : null
  }
  if (!/^(SCSI|IDE|SBP2)$/.test(enumerator)) return null
  const isBehind = ancestorsOf(nodes, node.instanceId).some((one) => /^(USB\\VID_|SD\\)/i.test(one.instanceId))
  if (isBehind) return null
  if (isOptical(node)) {
    const isImage = /^msft$/i.test(vendor) && /^virtual dvd-rom$/i.test(product) // a file that was mounted
    return isImage ? null : { bus: 'scsi', class: 'optical' }
  }
  const isExternal = node.containerId !== null && node.containerId.toLowerCase() !== ownContainer
  return kind === 'DISK' && isExternal && node.removalPolicy === surpriseRemoval
    ? { bus: 'scsi', class: 'mass-storage' }
    : null
}

function describe(
  node: DeviceNode,
  state: DeviceState,
): Pick<Device, 'key' | 'serial' | 'vendor' | 'product' | 'volumes'> {
  const below = descendantsOf(state.nodes, node.instanceId)
  const storage = [node, ...below]
    .map((one) => parseInstanceId(one.instanceId))
    .find((one) => one.vendor !== '' || one.product !== '')
  const { serial } = parseInstanceId(node.instanceId)
  return {
    key: node.instanceId,
    serial: serial === null ? null : judgeSerial(serial),
    vendor: (storage?.vendor || vendorName(node.manufacturer)).slice(0, maxText),
    product: (node.reportedName || storage?.product || node.name).slice(0, maxText),
    ...readVolumes([node, ...below], state),
  }
}

/** `(Standard USB Host Controller)`, `@usbstor.inf,…`: the driver's words, not the maker's. */
function vendorName(manufacturer: string): string {
  return /^[(@（]/.test(manufacturer) ? '' : manufacturer
}

/** No `volumes` at all while none of its disks is there. */
function readVolumes(nodes: readonly DeviceNode[], { volumes, diskOf }: DeviceState): { volumes?: string[] } {
  const disks = nodes.flatMap((node) => diskOf.get(node.instanceId.toUpperCase()) ?? [])
  const found = volumes.filter((volume) => volume.disks.some((disk) => disks.includes(disk)))
  const serials = found.flatMap((volume) => volume.serial ?? [])
  return serials.length === 0 ? {} : { volumes: serials.slice(0, 64) }
}

function isSame(a: string | null, b: string): boolean {
  return a?.toUpperCase() === b.toUpperCase()
}

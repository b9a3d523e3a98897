import type { Device } from '../../../src/policy/device.ts'
import { isNeverBlockable } from '../../../src/policy/media-class.ts'
import type { FunctionObservation } from '../platform.ts'
import { type DeviceNode, type DeviceState, descendantsOf, findNode, problems } from './device-node.ts'
import { classifyNode } from './node-class.ts'

/** What the registry holds of writing to volumes now, read and not remembered. */
export type HeldWrites = Readonly<{ volumes: boolean; optical: boolean }>

/** What Windows says now of every function of a device. */
export function observeDevice(device: Device, state: DeviceState, held: HeldWrites): readonly FunctionObservation[] {
  const isThere = findNode(state.nodes, device.key) !== undefined
  return device.functions.map(({ key, class: deviceClass }) => {
    const node = findNode(state.nodes, key)
    if (node === undefined) {
      return { key, state: isThere ? 'closed' : 'gone', driver: null, nodes: [], isHeld: false, isSystem: false }
    }
    const below = descendantsOf(state.nodes, key)
    const isHeld = deviceClass === 'optical' ? held.optical : held.volumes
    const isOpen = node.isStarted && node.problem === problems.none
    const nodes = isOpen ? listNodes([node, ...below], state, isHeld) : []
    return {
      key,
      state: isOpen ? 'open' : 'closed',
      driver: node.service,
      nodes,
      isHeld: isHeld && nodes.length > 0,
      isSystem: isNeeded(key, state),
    }
  })
}

/** Every volume by the name that people see; a disk without one by its own. */
function listNodes(nodes: readonly DeviceNode[], state: DeviceState, isHeld: boolean): FunctionObservation['nodes'] {
  const disks = nodes.flatMap((node) => state.diskOf.get(node.instanceId.toUpperCase()) ?? [])
  return disks.flatMap((disk) => {
    const volumes = state.volumes.filter((volume) => volume.disks.includes(disk))
    if (volumes.length === 0) return [{ name: disk, isReadOnly: isHeld }]
    return volumes.map((volume) => ({
      name: volume.points[0] ?? volume.name,
      isReadOnly: isHeld || volume.isWriteProtected === true,
    }))
  })
}

/** The system runs from it, or somebody types on it: closing it would lock them out. */
export function isNeeded(key: string, { nodes, systemDisks, diskOf }: DeviceState): boolean {
  const below = descendantsOf(nodes, key)
  const disks = [key, ...below.map((node) => node.instanceId)].flatMap((id) => diskOf.get(id.toUpperCase()) ?? [])
  return (
    disks.some((disk) => systemDisks.includes(disk)) || below.some((node) => isNeverBlockable(classifyNode(node, [])))
  )
}

/** A keyboard or mouse over Bluetooth: HID profile 1124, HID over GATT 1812 ("Bluetooth Assigned Numbers"). */
export function hasBluetoothInput(nodes: readonly Pick<DeviceNode, 'instanceId'>[]): boolean {
  return nodes.some(({ instanceId }) =>
    /^(BTHENUM|BTHLEDEVICE|BTHHFENUM|HID)\\\{0000(1124|1812)-0000-1000-8000-00805f9b34fb\}/i.test(instanceId),
  )
}

/** Storage on the SD bus that nobody takes out. */
export function hasInternalSd(nodes: readonly DeviceNode[]): boolean {
  return nodes.some(({ instanceId, removalPolicy }) => /^SD\\/i.test(instanceId) && removalPolicy === 1)
}

/** Why nothing may be denied on this machine; null where it may. */
export function judgeSystemDisks({ nodes, diskOf, systemDisks }: DeviceState): string | null {
  const isOn = (pattern: RegExp) =>
    nodes.some((node) => {
      if (!pattern.test(node.instanceId)) return false
      const disks = [node, ...descendantsOf(nodes, node.instanceId)].flatMap(
        (one) => diskOf.get(one.instanceId.toUpperCase()) ?? [],
      )
      return disks.some((disk) => systemDisks.includes(disk))
    })
  if (isOn(/^USB\\VID_/i)) return 'Windows runs from a disk on USB: denying USB storage would stop it'
  return null
}

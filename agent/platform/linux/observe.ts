import { existsSync, readlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Device } from '../../../src/policy/device.ts'
import type { FunctionObservation } from '../platform.ts'
import { listBlockNodes, withPartitions } from './block-nodes.ts'
import { defaultRulesName, functionPath, tagPath } from './places.ts'
import type { LinuxRoots } from './roots.ts'
import { readAttribute, resolveLink } from './sysfs.ts'
import { readSystemDisks } from './system-disks.ts'

/** What the kernel says now of every function of the device: permission, driver, block nodes, read-only flags. */
export function observeDevice(roots: LinuxRoots, device: Device): readonly FunctionObservation[] {
  const systemDisks = readSystemDisks(roots)
  const deviceExists = existsSync(join(roots.sys, 'bus', device.bus, 'devices', device.key))
  return device.functions.map(({ key }) => observeFunction(roots, device, key, deviceExists, systemDisks))
}

function observeFunction(
  roots: LinuxRoots,
  device: Device,
  key: string,
  deviceExists: boolean,
  systemDisks: readonly string[],
): FunctionObservation {
  const path = functionPath(roots, device, key)
  const driver = readDriver(path)
  const nodes = listBlockNodes(path)
    .flatMap((node) => withPartitions(roots.sys, node))
    .map((name) => ({ name, isReadOnly: isNodeReadOnly(roots, name) }))
  const isOpen = device.bus === 'usb' ? readAttribute(join(path, 'authorized')) !== '0' : driver !== null
  const real = resolveLink(path)
  // A USB device that is not authorised has no interfaces yet: closed, not gone.
  if (real === null || isLeaving(device, path)) {
    return { key, state: deviceExists ? 'closed' : 'gone', driver: null, nodes: [], isHeld: false, isSystem: false }
  }
  return {
    key,
    state: isOpen ? 'open' : 'closed',
    driver,
    nodes,
    isHeld: nodes.some((node) => node.isReadOnly) && isHeldReadOnly(roots, key),
    isSystem: systemDisks.some((disk) => disk.startsWith(`${real}/`)),
  }
}

/**
 * The kernel takes the attributes of an interface away before its name (drivers/base/core.c, device_del), one by one in the
 * order of drivers/usb/core/sysfs.c, intf_attrs: without its class an interface has no permission to read either.
 */
function isLeaving(device: Device, path: string): boolean {
  return device.bus === 'usb' && !existsSync(join(path, 'bInterfaceClass'))
}

/** With the default deny in place every node is held read-only that is not marked for writing, or is marked as held. */
export function isHeldReadOnly(roots: LinuxRoots, key: string): boolean {
  if (existsSync(tagPath(roots, 'write', key))) return false
  return existsSync(tagPath(roots, 'read-only', key)) || hasDefaultRules(roots)
}

export function hasDefaultRules(roots: LinuxRoots): boolean {
  return existsSync(join(roots.etc, 'udev/rules.d', defaultRulesName))
}

function isNodeReadOnly(roots: LinuxRoots, node: string): boolean {
  return readAttribute(join(roots.sys, 'class/block', node, 'ro')) === '1'
}

function readDriver(path: string): string | null {
  try {
    return basename(readlinkSync(join(path, 'driver')))
  } catch {
    return null
  }
}

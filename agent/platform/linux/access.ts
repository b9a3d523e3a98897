import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TanmoriError } from '../../../src/errors.ts'
import type { Access, Device } from '../../../src/policy/device.ts'
import { isNeverBlockable } from '../../../src/policy/media-class.ts'
import type { AccessChange } from '../platform.ts'
import { listBlockNodes, withPartitions } from './block-nodes.ts'
import { readMounts } from './mounts.ts'
import { hasDefaultRules, isHeldReadOnly, observeDevice } from './observe.ts'
import { functionPath, isFunctionKey, type Tag, tagPath, tags } from './places.ts'
import type { LinuxRoots } from './roots.ts'
import { readAttribute, writeAttribute } from './sysfs.ts'

export type AccessDeps = Readonly<{ roots: LinuxRoots; flush(mountPoint: string): Promise<void> }>

/**
 * Closes first, then opens; every opened interface is authorised before any driver is asked to bind, since a driver that
 * claims a second interface of the device (audio, network) is refused while that one is still denied.
 */
export async function applyDeviceAccess(
  deps: AccessDeps,
  device: Device,
  changes: readonly AccessChange[],
): Promise<void> {
  const unsafe = changes.find(({ key }) => !isFunctionKey(key))
  if (unsafe !== undefined) throw new TanmoriError('platform.failed', `not a function's name: ${unsafe.key}`)
  const system = observeDevice(deps.roots, device).filter((one) => one.isSystem)
  const permitted = changes.filter(({ key, access }) => access !== 'block' || !system.some((one) => one.key === key))

  for (const change of permitted)
    if (needsClosing(deps.roots, device, change)) await closeFunction(deps, device, change)
  const opened = permitted.filter(({ access }) => access !== 'block')
  for (const { key, access } of opened) if (!isNeverBlocked(device, key)) markOpen(deps.roots, key, access)
  if (opened.length > 0) authorizeDevice(deps.roots, device)
  for (const { key } of opened) authorizeFunction(deps.roots, device, key)
  for (const { key } of opened) probeFunction(deps.roots, device, key)
  for (const { key, access } of opened) if (access === 'read-write') releaseCard(deps.roots, device, key)

  const held = changes.filter((change) => !permitted.includes(change))
  if (held.length > 0) {
    throw new TanmoriError('platform.failed', `${device.key}: the system runs from it and it stays open`, {
      details: { keys: held.map(({ key }) => key) },
    })
  }
}

/** Read-only only takes hold before a node exists, and a hold only ends with the node: either goes away and comes back. */
function needsClosing(roots: LinuxRoots, device: Device, { key, access }: AccessChange): boolean {
  if (access === 'block') return true
  const flags = nodesOf(roots, device, key).map((node) => readAttribute(join(roots.sys, 'class/block', node, 'ro')))
  if (access === 'read-only') return flags.some((flag) => flag !== '1')
  return flags.includes('1') && device.bus !== 'mmc' && isHeldReadOnly(roots, key)
}

async function closeFunction({ roots, flush }: AccessDeps, device: Device, { key }: AccessChange): Promise<void> {
  const nodes = nodesOf(roots, device, key)
  for (const point of mountPointsOf(roots, nodes)) await flush(point)
  for (const tag of tags) rmSync(tagPath(roots, tag, key), { force: true })
  const path = functionPath(roots, device, key)
  if (!existsSync(path)) return
  if (device.bus === 'usb') writeAttribute(join(path, 'authorized'), '0')
  else if (existsSync(join(path, 'driver'))) writeAttribute(join(path, 'driver/unbind'), key)
}

/** What the rules open in any case is no exception of ours. */
function isNeverBlocked(device: Device, key: string): boolean {
  return device.functions.some((fn) => fn.key === key && isNeverBlockable(fn.class))
}

function markOpen(roots: LinuxRoots, key: string, access: Access): void {
  mark(roots, 'open', key, true)
  mark(roots, 'write', key, access === 'read-write')
  mark(roots, 'read-only', key, access === 'read-only')
}

function mark(roots: LinuxRoots, tag: Tag, key: string, isSet: boolean): void {
  const path = tagPath(roots, tag, key)
  if (!isSet) {
    rmSync(path, { force: true })
    return
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  writeFileSync(path, '', { mode: 0o644 })
}

/** Only where the bus denies interfaces: otherwise the whole device would open with it. */
function authorizeDevice(roots: LinuxRoots, device: Device): void {
  if (device.bus !== 'usb') return
  const path = join(roots.sys, 'bus/usb/devices', device.key)
  if (readAttribute(join(path, 'authorized')) !== '0') return
  const bus = `usb${device.key.split('-')[0] ?? ''}`
  if (readAttribute(join(roots.sys, 'bus/usb/devices', bus, 'interface_authorized_default')) !== '0') {
    writeAttribute(join(roots.sys, 'bus/usb/devices', bus, 'interface_authorized_default'), '0')
  }
  writeAttribute(join(path, 'authorized'), '1')
}

function authorizeFunction(roots: LinuxRoots, device: Device, key: string): void {
  if (device.bus !== 'usb') return
  const path = join(functionPath(roots, device, key), 'authorized')
  if (readAttribute(path) === '0') writeAttribute(path, '1')
}

const refusals = new Set(['EACCES', 'EPERM', 'EROFS'])

/** A function that no kernel driver serves (MTP) answers with nothing bound: not a failure. */
function probeFunction(roots: LinuxRoots, device: Device, key: string): void {
  const path = functionPath(roots, device, key)
  if (!existsSync(path) || existsSync(join(path, 'driver'))) return
  try {
    // Binding a card reads its partitions in the caller's name, and the agent's sandbox may not read block devices: the
    // rule for marked cards has udevd do it.
    if (device.bus === 'mmc' && hasDefaultRules(roots)) writeAttribute(join(path, 'uevent'), 'add')
    else if (device.bus === 'scsi') writeAttribute(join(roots.sys, 'bus/scsi/drivers/sr/bind'), key)
    else writeAttribute(join(roots.sys, 'bus', device.bus, 'drivers_probe'), key)
  } catch (error) {
    if (device.bus !== 'usb' || (error instanceof TanmoriError && refusals.has(String(error.details.errno))))
      throw error
  }
}

function releaseCard(roots: LinuxRoots, device: Device, key: string): void {
  if (device.bus !== 'mmc') return
  for (const node of listBlockNodes(functionPath(roots, device, key))) {
    const path = join(roots.sys, 'class/block', node, 'force_ro')
    if (readAttribute(path) === '1') writeAttribute(path, '0')
  }
}

function nodesOf(roots: LinuxRoots, device: Device, key: string): readonly string[] {
  return listBlockNodes(functionPath(roots, device, key)).flatMap((node) => withPartitions(roots.sys, node))
}

function mountPointsOf(roots: LinuxRoots, nodes: readonly string[]): readonly string[] {
  const numbers = new Set(nodes.map((node) => readAttribute(join(roots.sys, 'class/block', node, 'dev'))))
  return readMounts(roots)
    .filter((mount) => numbers.has(mount.number))
    .map((mount) => mount.point)
}

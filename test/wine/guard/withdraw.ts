/**
 * Runs in Windows' Node: a guard on the real registry with a stick in memory. The stick is permitted, then the machine
 * goes down; prints what the registry held before, meanwhile and afterwards, and what was taken for tampering.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Baseline } from '../../../agent/platform/platform.ts'
import type { DeviceSystem } from '../../../agent/platform/windows/device-system.ts'
import { createGuard } from '../../../agent/platform/windows/guard.ts'
import { restrictionsKey, servicesKey, storageKey } from '../../../agent/platform/windows/plan-registry.ts'
import { createRegistry } from '../../../agent/platform/windows/win32/registry.ts'
import { watchRegistry } from '../../../agent/platform/windows/win32/watch-registry.ts'
import { stateOf, stick, stickId } from '../../agent/platform/windows/nodes.ts'

/** Longer than the keeper waits for quiet before it tells. */
const settleMs = 3_000
const blocked: Baseline = {
  mode: 'on',
  classes: {
    'mass-storage': 'block',
    portable: 'block',
    'sd-card': 'block',
    optical: 'block',
    network: 'read-write',
    bluetooth: 'read-write',
    printer: 'read-write',
    audio: 'read-write',
    video: 'read-write',
    other: 'read-write',
  },
}
const disks = `${storageKey}\\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}`
const registry = createRegistry()
const kept = new Map<string, string>()
const system: DeviceSystem = {
  read: async () => stateOf(stick()),
  start: async () => undefined,
  stop: async () => undefined,
  dismount: async () => true,
}
const guard = createGuard({
  registry,
  watchRegistry,
  readKept: async (name) => kept.get(name) ?? null,
  keep: async (name, text) => void kept.set(name, text),
  readPolicySettings: () => [],
  system,
  sources: [],
  events: null,
  isLayered: true,
  readUser: async () => '',
  audit: null,
  now: () => new Date(),
})

await guard.applyBaseline(blocked)
const closed = readHeld()
const [seen] = await guard.readDevices()
if (seen === undefined) throw new Error('no stick')
await guard.applyAccess(seen.device, [{ key: stickId, access: 'read-write' }])
const open = readHeld()
const withdrawal = await guard.withdrawExceptions()
const after = readHeld()
await pause(settleMs)
const { restored } = await guard.observeBaseline(blocked)
await guard.applyBaseline({ mode: 'off' })
process.stdout.write(JSON.stringify({ closed, open, withdrawal, after, restored, off: readHeld() }))

function readHeld() {
  const allowed = registry.readValues(`${restrictionsKey}\\AllowInstanceIDs`) ?? {}
  return {
    denyAll: registry.readValue(storageKey, 'Deny_All')?.data ?? null,
    denyRead: registry.readValue(disks, 'Deny_Read')?.data ?? null,
    driver: registry.readValue(`${servicesKey}\\USBSTOR`, 'Start')?.data ?? null,
    allowed: Object.values(allowed).map(({ data }) => data),
  }
}

import type { Notice, Platform } from '../../agent/platform/platform.ts'
import type { Access } from '../../src/policy/device.ts'
import { blockableClasses, type Device } from '../../src/policy/device.ts'

export type FakePlatform = Readonly<{
  platform: Platform
  plug: (device: Device) => void
  unplug: (key: string) => void
  /** What was last asked for each function. */
  access: ReadonlyMap<string, Access>
  notices: readonly Notice[]
}>

/** A machine in memory that does what it is told: without a default deny, what is plugged in opens by itself. */
export function createFakePlatform(): FakePlatform {
  const devices = new Map<string, Device>()
  const access = new Map<string, Access>()
  const kept = new Map<string, string>()
  const notices: Notice[] = []
  let isDenying = false
  let changed: () => void = () => undefined
  const stoppable = { stop: () => undefined }
  const platform: Platform = {
    capabilities: { readOnly: blockableClasses, blocking: 'default-deny', carryIn: true },
    readDevices: async () => [...devices.values()].map((device) => ({ device, instance: '1' })),
    watchDevices(watch) {
      changed = watch.onChange
      watch.onState({ id: 'guard.uevents', state: 'working', source: 'fake', detail: '' })
      return stoppable
    },
    applyBaseline: async ({ mode }) => {
      isDenying = mode === 'on'
    },
    endRestorations: async () => [],
    observeBaseline: async () => ({ state: 'in-force', detail: '' }),
    applyAccess: async (_device, changes) => {
      for (const change of changes) access.set(change.key, change.access)
    },
    withdrawExceptions: async () => ({ units: [], failure: '' }),
    observe: async (device) =>
      device.functions.map(({ key }) => {
        const isOpen = access.has(key) ? access.get(key) !== 'block' : !isDenying
        const isReadOnly = access.get(key) === 'read-only'
        const nodes = isOpen ? [{ name: 'sdb', isReadOnly }] : []
        return {
          key,
          state: isOpen ? 'open' : 'closed',
          driver: isOpen ? 'usb-storage' : null,
          nodes,
          isSystem: false,
          isHeld: isReadOnly,
        }
      }),
    heldMedia: null,
    scanner: { describe: async () => null, scan: async () => ({ files: 0, bytes: 0, infected: [], problems: [] }) },
    applyQuarantine: async () => undefined,
    observeQuarantine: async () => ({ state: 'in-force', detail: '', restored: 0 }),
    readResolvers: async () => [],
    readSessions: async () => [],
    notify: async (notice) => void notices.push(notice),
    readMachine: async () => ({ hostname: 'PC-01', os: 'Debian 13', bootId: 'boot-1', hardware: 'ab'.repeat(32) }),
    watchFiles: () => stoppable,
    readKept: async (name) => kept.get(name) ?? null,
    keep: async (name, text) => void kept.set(name, text),
    read: async () => ({ kind: 'failed', reason: 'unsupported', detail: 'a machine in memory' }),
    watchPaths: () => stoppable,
    watchChanges: () => stoppable,
    readOwnFiles: async () => [],
    forget: async () => undefined,
    readCpuMs: () => 0,
  }
  return {
    platform,
    plug(device) {
      devices.set(device.key, device)
      changed()
    },
    unplug(key) {
      devices.delete(key)
      changed()
    },
    access,
    notices,
  }
}

export const stick: Device = {
  key: '1-2',
  bus: 'usb',
  vendorId: '0781',
  productId: '5581',
  serial: 'AA01',
  vendor: 'SanDisk',
  product: 'Ultra',
  functions: [{ key: '1-2:1.0', class: 'mass-storage', usbClass: '08/06/50' }],
}

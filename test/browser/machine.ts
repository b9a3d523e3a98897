import { createHash } from 'node:crypto'
import type {
  AccessChange,
  Baseline,
  DeviceWatch,
  FunctionObservation,
  Platform,
  SeenDevice,
} from '../../agent/platform/platform.ts'
import type { Access, BlockableClass, Device, DeviceClass } from '../../src/policy/device.ts'
import { blockableClasses } from '../../src/policy/device.ts'
import { readOffice } from './office-readings.ts'

export type Machine = Readonly<{
  platform: Platform
  plug(device: Device): void
  unplug(key: string): void
  /** The event source dies: the agent stays connected and sees nothing. */
  blind(): void
}>

type Plugged = SeenDevice & Readonly<{ access: Map<string, Access> }>

/**
 * A computer whose ports are in this process: what is plugged in is what the test says, and what is closed stays
 * closed. Everything above the platform is the agent as it is delivered.
 */
export function createMachine(hostname: string): Machine {
  const plugged = new Map<string, Plugged>()
  const kept = new Map<string, string>()
  let baseline: Baseline = { mode: 'off' }
  let watch: DeviceWatch | null = null
  let instances = 0

  const observe = ({ device, access }: Plugged): FunctionObservation[] =>
    device.functions.map(({ key, class: deviceClass }) => {
      const now = access.get(key) ?? 'block'
      const isOpen = now !== 'block'
      return {
        key,
        state: isOpen ? 'open' : 'closed',
        driver: isOpen ? driverOf(deviceClass) : null,
        nodes: isOpen && deviceClass === 'mass-storage' ? [{ name: 'sdb', isReadOnly: now === 'read-only' }] : [],
        isHeld: now !== 'read-write',
        isSystem: false,
      }
    })

  const platform: Platform = {
    capabilities: { readOnly: ['mass-storage', 'sd-card', 'optical'], blocking: 'default-deny', carryIn: true },
    readDevices: async () => [...plugged.values()],
    watchDevices: (told) => {
      watch = told
      told.onState({ id: 'guard.uevents', state: 'working', source: 'kernel uevents', detail: '' })
      return {
        stop: () => {
          watch = null
        },
      }
    },
    applyBaseline: async (wanted) => {
      baseline = wanted
    },
    endRestorations: async () => [],
    observeBaseline: async () => ({ state: 'in-force', detail: 'rules and kernel parameter' }),
    applyAccess: async ({ key }, changes: readonly AccessChange[]) => {
      for (const change of changes) plugged.get(key)?.access.set(change.key, change.access)
    },
    withdrawExceptions: async () => ({ units: [], failure: '' }),
    observe: async ({ key, functions }) => {
      const found = plugged.get(key)
      return found === undefined ? functions.map((fn) => gone(fn.key)) : observe(found)
    },
    heldMedia: null,
    scanner: { describe: async () => null, scan: async () => ({ files: 0, bytes: 0, infected: [], problems: [] }) },
    applyQuarantine: async () => undefined,
    observeQuarantine: async () => ({ state: 'in-force', detail: '', restored: 0 }),
    readResolvers: async () => [],
    readSessions: async () => [{ id: '2', user: 'yamada', uid: 1000, isActive: true, isRemote: false }],
    notify: async () => undefined,
    readMachine: async () => ({
      hostname,
      os: 'Debian GNU/Linux 12 (bookworm)',
      bootId: 'c0ffee00-0000-4000-8000-000000000001',
      hardware: createHash('sha256').update(hostname).digest('hex'),
    }),
    read: async (reading) => readOffice(reading),
    watchPaths: () => ({ stop: () => undefined }),
    watchChanges: () => ({ stop: () => undefined }),
    readOwnFiles: async () => [],
    forget: async () => undefined,
    readCpuMs: () => 0,
    watchFiles: ({ onState }) => {
      onState({ state: 'working', detail: '' })
      return { stop: () => undefined }
    },
    readKept: async (name) => kept.get(name) ?? null,
    keep: async (name, text) => {
      kept.set(name, text)
    },
  }
  return {
    platform,
    plug: (device) => {
      instances += 1
      const access = new Map(device.functions.map((fn) => [fn.key, accessAtPlug(baseline, fn.class)]))
      plugged.set(device.key, { device, instance: String(instances), access })
      watch?.onChange()
    },
    unplug: (key) => {
      plugged.delete(key)
      watch?.onChange()
    },
    blind: () => watch?.onState({ id: 'guard.uevents', state: 'failed', source: 'kernel uevents', detail: 'ENOBUFS' }),
  }
}

/** The default deny opens what the baseline permits, before any agent looks. */
function accessAtPlug(baseline: Baseline, deviceClass: DeviceClass): Access {
  if (baseline.mode === 'off' || !isBlockable(deviceClass)) return 'read-write'
  return baseline.classes[deviceClass]
}

function isBlockable(deviceClass: DeviceClass): deviceClass is BlockableClass {
  return blockableClasses.some((known) => known === deviceClass)
}

function driverOf(deviceClass: DeviceClass): string {
  return deviceClass === 'input' ? 'usbhid' : 'usb-storage'
}

function gone(key: string): FunctionObservation {
  return { key, state: 'gone', driver: null, nodes: [], isHeld: false, isSystem: false }
}

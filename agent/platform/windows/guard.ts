import type { Platform, Stoppable } from '../platform.ts'
import type { SystemEvents } from '../system-events.ts'
import { createBaseline } from './baseline.ts'
import { watchCarriedFiles } from './carry.ts'
import { storageGuids } from './deny-table.ts'
import { DeviceAccess } from './device-access.ts'
import type { DeviceState } from './device-node.ts'
import type { DeviceSystem } from './device-system.ts'
import type { PolicySetting } from './group-policy.ts'
import type { HeldWrites } from './observe-device.ts'
import { hasBluetoothInput, hasInternalSd, judgeSystemDisks, observeDevice } from './observe-device.ts'
import { storageKey, writeProtectKey } from './plan-registry.ts'
import { listDevices } from './read-devices.ts'
import { RegistryKeeper } from './registry-keeper.ts'
import { recordName } from './registry-record.ts'
import { type DeviceSource, watchDevices } from './watch-devices.ts'
import type { Registry } from './win32/registry.ts'
import type { RemovableAudit } from './win32/removable-audit.ts'
import type { RegistryWatch } from './win32/watch-registry.ts'

export type WindowsGuard = Pick<
  Platform,
  | 'capabilities'
  | 'readDevices'
  | 'watchDevices'
  | 'applyBaseline'
  | 'observeBaseline'
  | 'endRestorations'
  | 'applyAccess'
  | 'withdrawExceptions'
  | 'observe'
  | 'heldMedia'
  | 'watchFiles'
>

export type WindowsGuardDeps = Readonly<{
  registry: Registry
  watchRegistry(watch: RegistryWatch): Stoppable
  readKept(name: string): Promise<string | null>
  keep(name: string, text: string): Promise<void>
  readPolicySettings(): readonly PolicySetting[]
  system: DeviceSystem
  sources: readonly DeviceSource[]
  events: SystemEvents | null
  /** Units can be excepted from what is denied. */
  isLayered: boolean
  /** Who sits at the terminal; '' for nobody. */
  readUser(): Promise<string>
  audit: RemovableAudit | null
  now(): Date
}>

/** One look at the devices serves all that a pass asks within this time. */
const freshMs = 250

/** Media and devices on Windows: Windows' own policies hold, this writes them, watches them, and proves. */
export function createGuard(deps: WindowsGuardDeps): WindowsGuard {
  const { registry, isLayered, now } = deps
  const listeners = new Set<() => void>()
  const opticalSeen = new Set<string>()
  const system = remembering(deps.system)
  const keeper = new RegistryKeeper({
    registry,
    watch: deps.watchRegistry,
    readRecord: () => deps.readKept(recordName),
    keepRecord: (text) => deps.keep(recordName, text),
    readSettings: deps.readPolicySettings,
    now,
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs).unref()
      return () => clearTimeout(timer)
    },
    onChange: () => {
      for (const listener of listeners) listener()
    },
  })
  const baseline = createBaseline({
    keeper,
    readFacts: async () => {
      const state = await system.read()
      const facts = {
        isLayered,
        hasBluetoothInput: hasBluetoothInput(state.nodes),
        hasInternalSd: hasInternalSd(state.nodes),
      }
      return { facts, obstacle: judgeSystemDisks(state) }
    },
  })
  const access = new DeviceAccess({ system, baseline, isLayered, now })

  return {
    // Windows holds writing back for volumes and discs; for phones it has a setting that programs of their own ignore.
    capabilities: {
      readOnly: ['mass-storage', 'sd-card', 'optical'],
      blocking: 'default-deny',
      carryIn: deps.audit !== null,
    },
    heldMedia: null,
    readDevices: async () => {
      const state = await system.read()
      await access.follow(state)
      return listDevices(state, opticalSeen)
    },
    watchDevices: (watch) => {
      const onOther = (listener: () => void) => {
        listeners.add(listener)
        return { stop: () => listeners.delete(listener) }
      }
      const onChange = () => {
        system.forget()
        watch.onChange()
      }
      const fresh = { ...watch, onChange }
      return watchDevices({ sources: deps.sources, events: deps.events, onOther }, fresh)
    },
    applyBaseline: async (wanted) => {
      const wasDenying = await keeper.hasWritten()
      await baseline.apply(wanted)
      if (wanted.mode === 'off' && wasDenying) await access.startDenied()
    },
    observeBaseline: (wanted) => baseline.observe(wanted),
    endRestorations: async () => keeper.endRestorations(),
    applyAccess: (device, changes) => access.apply(device, changes),
    withdrawExceptions: () => access.withdraw(),
    observe: async (device) => observeDevice(device, await system.read(), readHeldWrites(registry)),
    watchFiles: (watch) => watchCarriedFiles({ now, readUser: deps.readUser, audit: deps.audit }, watch),
  }
}

/** What the registry says of writing, whoever wrote it there. */
export function readHeldWrites(registry: Pick<Registry, 'readValue'>): HeldWrites {
  const isSet = (path: string, name: string) => {
    const value = registry.readValue(path, name)
    return value?.type === 'dword' && value.data !== 0
  }
  const isAllDenied = isSet(storageKey, 'Deny_All')
  return {
    volumes:
      isAllDenied ||
      isSet(`${storageKey}\\${storageGuids.disk}`, 'Deny_Write') ||
      isSet(writeProtectKey, 'WriteProtect'),
    optical: isAllDenied || isSet(`${storageKey}\\${storageGuids.optical}`, 'Deny_Write'),
  }
}

type RememberingSystem = DeviceSystem & Readonly<{ forget(): void }>

function remembering(system: DeviceSystem): RememberingSystem {
  let last: Readonly<{ state: Promise<DeviceState>; atMs: number }> | null = null
  const forget = () => {
    last = null
  }
  const changing =
    <A extends readonly unknown[], T>(change: (...args: A) => Promise<T>) =>
    (...args: A) =>
      change(...args).finally(forget)
  return {
    forget,
    read: () => {
      if (last === null || performance.now() - last.atMs > freshMs) {
        last = { state: system.read(), atMs: performance.now() }
        last.state.catch(forget)
      }
      return last.state
    },
    start: changing((id: string) => system.start(id)),
    stop: changing((id: string) => system.stop(id)),
    dismount: changing((volume: string) => system.dismount(volume)),
  }
}

import type { SystemEvents } from '../system-events.ts'
import { createDeviceSystem } from './device-system.ts'
import { createGuard, type WindowsGuard } from './guard.ts'
import { isLayered } from './layered-policy.ts'
import { createGroupPolicyReader } from './read-group-policy.ts'
import { readSessions } from './sessions.ts'
import { lookingSource, usbSource } from './watch-devices.ts'
import { runDeviceStep } from './win32/device-control.ts'
import { configurationManagerSource } from './win32/device-notices.ts'
import { deviceInterfaces, readDeviceNodes, readInterfaces } from './win32/device-tree.ts'
import { createRegistry, type Registry } from './win32/registry.ts'
import { createRemovableAudit } from './win32/removable-audit.ts'
import { createStorage } from './win32/storage.ts'
import { readSystemFolder, readWindowsFolder } from './win32/system-folder.ts'
import { watchRegistry } from './win32/watch-registry.ts'
import { createSessionService } from './win32/wts.ts'

export type WindowsGuardOptions = Readonly<{
  readKept(name: string): Promise<string | null>
  keep(name: string, text: string): Promise<void>
  events: SystemEvents | null
}>

const currentVersion = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion'
const memoryKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Session Manager\\Memory Management'

/** The guard on this machine. */
export function createWindowsGuard({ readKept, keep, events }: WindowsGuardOptions): WindowsGuard {
  const registry = createRegistry()
  const sessions = { service: createSessionService(), registry }
  return createGuard({
    registry,
    watchRegistry,
    readKept,
    keep,
    readPolicySettings: createGroupPolicyReader({ registry, systemFolder: readSystemFolder() }),
    system: createDeviceSystem({
      storage: createStorage(),
      readNodes: readDeviceNodes,
      readInterfaces: () => [...readInterfaces(deviceInterfaces.disk), ...readInterfaces(deviceInterfaces.optical)],
      runStep: runDeviceStep,
      systemVolumes: listSystemVolumes(registry),
    }),
    sources: [configurationManagerSource(), usbSource(), lookingSource(() => JSON.stringify(readDeviceNodes()))],
    events,
    isLayered: readIsLayered(registry),
    readUser: async () => {
      const active = (await readSessions(sessions)).filter((session) => session.isActive)
      return [...new Set(active.map((session) => session.user))].join(', ')
    },
    audit: createRemovableAudit(),
    now: () => new Date(),
  })
}

function readIsLayered(registry: Registry): boolean {
  const build = registry.readValue(currentVersion, 'CurrentBuild')
  const revision = registry.readValue(currentVersion, 'UBR')
  return isLayered(
    build?.type === 'string' ? Number(build.data) : null,
    revision?.type === 'dword' ? revision.data : null,
  )
}

/** Where Windows, this program and the paging files lie: `\\.\C:`. */
function listSystemVolumes(registry: Registry): readonly string[] {
  const paging = registry.readValue(memoryKey, 'ExistingPageFiles')
  const files = paging?.type === 'strings' ? paging.data.map((path) => path.replace(/^\\\?\?\\/, '')) : []
  const drives = [readWindowsFolder(), process.execPath, ...files].flatMap((path) => /^[A-Z]:/i.exec(path)?.[0] ?? [])
  return [...new Set(drives.map((drive) => `\\\\.\\${drive.toUpperCase()}`))]
}

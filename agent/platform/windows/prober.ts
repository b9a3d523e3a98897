import { existsSync } from 'node:fs'
import { TanmoriError } from '../../../src/errors.ts'
import type { DoorTrial, GuardedPath, PathProtection, Prober, ProberCall, ServiceState, SystemName } from '../prober.ts'
import { judgeProtection } from './judge-protection.ts'
import { formatOsName } from './os-name.ts'
import { ownSidOfTrial } from './pipe-doors.ts'
import { pipeName } from './pipe-names.ts'
import { trustedOwners } from './pipe-security.ts'
import { prepareTampering } from './prepare-tampering.ts'
import { formatDescriptor, isHeldBy, type Sid } from './security-descriptor.ts'
import { serviceName } from './service-config.ts'
import { tryWrites } from './try-writes.ts'
import { isAdministrator } from './win32/administrator.ts'
import { deviceInterfaces, readDeviceNodes, readInterfaces } from './win32/device-tree.ts'
import { readWineVersion } from './win32/library.ts'
import { openPipeForSecurity } from './win32/pipe.ts'
import { createRegistry, type Registry } from './win32/registry.ts'
import { openServiceControlManager, type ServiceControlManager } from './win32/scm.ts'
import { readFileSecurity, readObjectSecurity, readOwnSid } from './win32/security.ts'
import { createStorage } from './win32/storage.ts'

const currentVersion = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion'
const autoStart = 2 // SERVICE_AUTO_START
const running = 4 // SERVICE_RUNNING

export function createWindowsProber({ runDir }: Readonly<{ runDir: string }>): Prober {
  const registry = createRegistry()
  const manager = openServiceControlManager()
  const runsAs = ownSidOfTrial(runDir)
  return {
    isAdministrator,
    readSystem: async () => readSystemName(registry),
    readService: async () => readService(manager),
    async killService(pid) {
      // A number that was given to somebody else meanwhile must not be killed.
      if (manager.readState(serviceName)?.pid !== pid) {
        throw new TanmoriError('platform.failed', `process ${pid} is no longer that of the service ${serviceName}`)
      }
      process.kill(pid, 'SIGKILL')
    },
    startService: async () => manager.start(serviceName),
    readProtection: async (paths) => paths.map((path) => readProtection(path, runsAs)),
    tryDoor: async (folder) => readDoor(folder, runsAs),
    tryWrites: async (nodes) => tryWrites(nodes),
    prepareTampering: async () => prepareTampering(registry),
    calls: () => listCalls(registry, manager),
  }
}

function readSystemName(registry: Registry): SystemName {
  const read = (name: string) => registry.readValue(currentVersion, name)
  const text = (name: string) => {
    const value = read(name)
    return value?.type === 'string' ? value.data : null
  }
  const revision = read('UBR')
  const build = text('CurrentBuild')
  const wineVersion = readWineVersion()
  const isServer = text('InstallationType')?.startsWith('Server') === true
  const names = { productName: text('ProductName'), displayVersion: text('DisplayVersion') ?? text('ReleaseId') }
  return {
    os: formatOsName({ ...names, build, revision: null, isServer, wineVersion: null }).replace(/ \(\d+\)$/, ''),
    build: `${build ?? 'unknown'}${revision?.type === 'dword' ? `.${revision.data}` : ''}`,
    standIn: wineVersion === null ? null : `Wine ${wineVersion}`,
  }
}

function readService(manager: ServiceControlManager): ServiceState {
  const config = manager.read(serviceName)
  const state = manager.readState(serviceName)
  if (config === null || state === null) return { state: 'none', detail: `no service is called ${serviceName}` }
  const { startType, failure, account } = config
  const restarts = failure?.restartAfterMs ?? []
  return {
    state: 'installed',
    startsAtBoot: startType === autoStart,
    restarts: restarts.length > 0,
    pid: state.state === running && state.pid !== 0 ? state.pid : null,
    detail: `start type ${startType}, restarts after ${restarts.join(', ') || 'none'} ms, ${account}, pid ${state.pid}`,
  }
}

function readProtection({ path, isSecret }: GuardedPath, runsAs: Sid | null): PathProtection {
  if (!existsSync(path)) return { path, state: 'missing', detail: 'not there' }
  try {
    return judgeProtection(path, readFileSecurity(path), isSecret, runsAs)
  } catch (error) {
    return { path, state: 'unknown', detail: error instanceof Error ? error.message : String(error) }
  }
}

/** Who gets in is decided by the pipe's own permissions, which are read back: no other user is signed in to try it. */
function readDoor(runDir: string, runsAs: Sid | null): DoorTrial {
  const name = pipeName(runDir, 'admin')
  try {
    const { handle, close } = openPipeForSecurity(name)
    try {
      const descriptor = readObjectSecurity(handle, name)
      const isHeld = isHeldBy(trustedOwners(runsAs), descriptor)
      return { state: isHeld ? 'refused' : 'open', detail: `${name}: ${formatDescriptor(descriptor)}` }
    } finally {
      close()
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { state: /Windows error 2$/.test(detail) ? 'missing' : 'unknown', detail }
  }
}

/** By the names of the functions that Windows documents. */
function listCalls(registry: Registry, manager: ServiceControlManager): readonly ProberCall[] {
  const named = (name: string, call: () => string): ProberCall => ({ name, call: async () => call() })
  return [
    named('RegQueryValueExW', () =>
      registry.readValue(currentVersion, 'CurrentBuild') === null ? 'nothing' : 'there',
    ),
    named('RegEnumKeyExW', () => `${registry.listKeys('HKLM\\SYSTEM\\CurrentControlSet\\Services')?.length ?? 0} keys`),
    named('QueryServiceConfig2W', () => (manager.read('EventLog') === null ? 'no such service' : 'there')),
    named('QueryServiceStatusEx', () => `state ${manager.readState('EventLog')?.state ?? 'none'}`),
    named('SetupDiGetClassDevsW', () => `${readDeviceNodes().length} device nodes`),
    named('SetupDiEnumDeviceInterfaces', () => `${readInterfaces(deviceInterfaces.disk).length} disks`),
    named('FindFirstVolumeW', () => `${createStorage().listVolumes().length} volumes`),
    named('GetTokenInformation', () => readOwnSid()),
    named('GetFileSecurityW', () => formatDescriptor(readFileSecurity(process.execPath))),
  ]
}

import { TanmoriError } from '../../../src/errors.ts'
import type { Prober } from '../prober.ts'
import { formatOsName } from './os-name.ts'
import { isAdministrator } from './win32/administrator.ts'
import { readWineVersion } from './win32/library.ts'
import { createRegistry } from './win32/registry.ts'

const currentVersion = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion'

export function createWindowsProber(_places: Readonly<{ stateDir: string }>): Prober {
  return {
    isAdministrator,
    readSystem: async () => readSystemName(),
    readService: async () => ({ state: 'none', detail: '' }),
    killService: async () => {
      throw new TanmoriError('platform.unsupported', 'no service is known')
    },
    startService: async () => undefined,
    readProtection: async () => [],
    tryDoor: async () => ({ state: 'unknown', detail: '' }),
    tryWrites: async () => [],
    prepareTampering: async () => null,
    calls: () => [],
  }
}

function readSystemName() {
  const registry = createRegistry()
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

import { createHash, randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Machine } from '../platform.ts'
import { formatOsName } from './os-name.ts'
import { parseSmbios } from './smbios.ts'
import { readSmbiosTable } from './win32/firmware.ts'
import { readWineVersion } from './win32/library.ts'
import { createRegistry, type Registry } from './win32/registry.ts'
import { createVolatileKey } from './win32/volatile-key.ts'

export type MachineSource = Readonly<{
  hostname(): string
  registry: Pick<Registry, 'readValue' | 'writeValue'>
  /** Makes a key that is gone after the next start of the system. Throws where this account may not. */
  createVolatileKey(path: string): void
  smbios(): Buffer | null
  wineVersion(): string | null
  randomId(): string
}>

export const bootKey = 'HKLM\\SOFTWARE\\Tanmori\\ThisBoot'
const currentVersion = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion'
const cryptography = 'HKLM\\SOFTWARE\\Microsoft\\Cryptography'

export function readMachine(source: MachineSource = createSource()): Machine {
  return {
    hostname: source.hostname().slice(0, 255),
    os: readOsName(source),
    bootId: readBootId(source),
    hardware: createHash('sha256').update(readHardware(source)).digest('hex'),
  }
}

/** The name of this boot would stay until the next one. */
export function forgetMachine(registry: Pick<Registry, 'deleteTree'> = createRegistry()): void {
  registry.deleteTree(bootKey)
}

function createSource(): MachineSource {
  return {
    hostname,
    registry: createRegistry(),
    createVolatileKey,
    smbios: readSmbiosTable,
    wineVersion: readWineVersion,
    randomId: randomUUID,
  }
}

function readOsName({ registry, wineVersion }: MachineSource): string {
  const text = (name: string) => textOf(registry, currentVersion, name)
  const revision = registry.readValue(currentVersion, 'UBR')
  return formatOsName({
    productName: text('ProductName'),
    displayVersion: text('DisplayVersion') ?? text('ReleaseId'),
    build: text('CurrentBuild'),
    revision: revision?.type === 'dword' ? revision.data : null,
    isServer: text('InstallationType')?.startsWith('Server') === true,
    wineVersion: wineVersion(),
  })
}

/**
 * Windows names no boot, and every time that it tells of one moves with the clock. A volatile key lives as long as the
 * kernel does: what the first agent of a boot writes there, each later one of that boot reads.
 */
function readBootId(source: MachineSource): string {
  const known = textOf(source.registry, bootKey, 'Id')
  if (known !== null) return known
  try {
    source.createVolatileKey(bootKey)
    source.registry.writeValue(bootKey, 'Id', { type: 'string', data: source.randomId() })
  } catch {
    return 'unknown' // somebody who may not write asks before the service has ever run
  }
  return textOf(source.registry, bootKey, 'Id') ?? 'unknown' // of two at once the later one counts, for both
}

/**
 * The firmware states a unit's own identity; where it holds the maker's fillers, the installation's id must do, which a
 * copied disk shares unless sysprep made a new one.
 */
function readHardware(source: MachineSource): string {
  const table = source.smbios()
  const { vendor, product, uuid, serial, boardSerial } = parseSmbios(table ?? Buffer.alloc(0))
  const facts = [vendor, product, uuid, serial, boardSerial]
  if ([uuid, serial, boardSerial].some((fact) => fact !== '')) return JSON.stringify(facts)
  return JSON.stringify([...facts, textOf(source.registry, cryptography, 'MachineGuid') ?? ''])
}

function textOf(registry: Pick<Registry, 'readValue'>, path: string, name: string): string | null {
  const value = registry.readValue(path, name)
  return value?.type === 'string' && value.data !== '' ? value.data : null
}

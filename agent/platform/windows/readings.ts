import type { Raw } from '../../../src/checks/reading.ts'
import type { ReadLimits, SystemReading } from '../platform.ts'
import { readDirectory } from '../readings-directory.ts'
import { failedBy, failedRaw } from '../readings-failure.ts'
import { readFileReading } from '../readings-file.ts'
import { isProgram } from './program-names.ts'
import { type ChildReader, createChildReader } from './readings-child.ts'
import { readCommand } from './readings-command.ts'
import { readRegistry } from './readings-registry.ts'
import { createRegistry, type Registry } from './win32/registry.ts'

export type CheckReader = (reading: SystemReading, limits: ReadLimits) => Promise<Raw>

/** Readings of checks. `self`: what starts this program, without arguments. Never rejects. */
export function createCheckReader(self: readonly string[]): CheckReader {
  const child = createChildReader(self)
  let registry: Registry | undefined
  const openRegistry = () => {
    registry ??= createRegistry()
    return registry
  }
  return async (reading, limits) => {
    try {
      return await readByKind({ child, openRegistry }, reading, limits)
    } catch (error) {
      return failedBy(error)
    }
  }
}

type Sources = Readonly<{ child: ChildReader; openRegistry: () => Registry }>

async function readByKind({ child, openRegistry }: Sources, reading: SystemReading, limits: ReadLimits): Promise<Raw> {
  switch (reading.kind) {
    case 'command':
      return await readCommand(reading, limits)
    case 'file':
      return isOnDrive(reading.path) ? withoutModes(await readFileReading(reading, limits)) : notOnDrive(reading.path)
    case 'directory':
      return isOnDrive(reading.path)
        ? withoutModes(await readDirectory(reading, limits, isProgram))
        : notOnDrive(reading.path)
    case 'registry':
      return await readRegistry(reading, limits, openRegistry())
    case 'query':
    case 'table':
      return await child.read(reading, limits)
    case 'system':
      return failedRaw('unsupported', `systeminformation.${reading.call}: Windows is asked by WMI`)
    default:
      return reading satisfies never
  }
}

/** A share (`\\server\…`) can hang for minutes, and `\\.\` opens devices: a drive's own paths alone are read. */
function isOnDrive(path: string): boolean {
  return /^[A-Za-z]:[\\/]/.test(path)
}

function notOnDrive(path: string): Raw {
  return failedRaw('failed', `wanted a path on a drive (C:\\…), came ${path}`)
}

/** Permission bits and owners that Node makes up on Windows are none. */
function withoutModes(raw: Raw): Raw {
  if (raw.kind === 'file') return { ...raw, mode: 0, uid: 0 }
  if (raw.kind !== 'directory') return raw
  return { ...raw, entries: raw.entries.map((entry) => ({ ...entry, mode: 0, uid: 0 })) }
}

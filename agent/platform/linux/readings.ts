import type { Stats } from 'node:fs'
import type { Raw } from '../../../src/checks/reading.ts'
import type { ReadLimits, SystemReading } from '../platform.ts'
import { readDirectory } from '../readings-directory.ts'
import { failedBy, failedRaw } from '../readings-failure.ts'
import { readFileReading } from '../readings-file.ts'
import { readCommand } from './readings-command.ts'
import { isProcessReading, readProcesses } from './readings-processes.ts'
import type { SystemReader } from './readings-system.ts'
import type { LinuxRoots } from './roots.ts'

export type ReadDeps = Readonly<{ roots: LinuxRoots; readSystem: SystemReader }>

/** One reading of a check. Never rejects. */
export async function readForCheck(deps: ReadDeps, reading: SystemReading, limits: ReadLimits): Promise<Raw> {
  try {
    return await readByKind(deps, reading, limits)
  } catch (error) {
    return failedBy(error)
  }
}

async function readByKind(deps: ReadDeps, reading: SystemReading, limits: ReadLimits): Promise<Raw> {
  switch (reading.kind) {
    case 'command':
      if (isProcessReading(reading)) return await readProcesses(deps.roots, reading, limits)
      return await readCommand(reading, limits)
    case 'file':
      return await readFileReading(reading, limits)
    case 'directory':
      return await readDirectory(reading, limits, isProgram)
    case 'system':
      return await deps.readSystem(reading.call, limits)
    case 'registry':
    case 'query':
    case 'table':
      return failedRaw('unsupported', `${reading.kind}: Windows only`)
    default:
      return reading satisfies never
  }
}

/** Any of the three permissions to execute. */
function isProgram(_name: string, found: Stats): boolean {
  return (found.mode & 0o111) !== 0
}

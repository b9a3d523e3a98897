import type { Stats } from 'node:fs'
import type { Raw } from '../../../src/checks/reading.ts'
import type { ReadLimits, SystemReading } from '../platform.ts'
import { readDirectory } from '../readings-directory.ts'
import { failedBy, failedRaw } from '../readings-failure.ts'
import { readFileReading } from '../readings-file.ts'
import { readCommand } from './readings-command.ts'
import type { SystemReader } from './readings-system.ts'

/** One reading of a check. Never rejects. */
export async function readForCheck(readSystem: SystemReader, reading: SystemReading, limits: ReadLimits): Promise<Raw> {
  try {
    return await readByKind(readSystem, reading, limits)
  } catch (error) {
    return failedBy(error)
  }
}

async function readByKind(readSystem: SystemReader, reading: SystemReading, limits: ReadLimits): Promise<Raw> {
  switch (reading.kind) {
    case 'command':
      return await readCommand(reading, limits)
    case 'file':
      return await readFileReading(reading, limits)
    case 'directory':
      return await readDirectory(reading, limits, isProgram)
    case 'system':
      return await readSystem(reading.call, limits)
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

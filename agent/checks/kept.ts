import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ChecksMemory, checksFile } from './memory.ts'

/** What was accepted as right for a check, as the agent keeps it; null where there is none, or it cannot be read. */
export function readKeptBaseline(stateDir: string, control: string): unknown {
  if (!existsSync(join(stateDir, checksFile))) return null
  try {
    const memory = ChecksMemory.openReadOnly(stateDir)
    try {
      return memory.baseline(control)?.facts ?? null
    } finally {
      memory.close()
    }
  } catch {
    return null // the first reading is then compared with itself, as at a first start
  }
}

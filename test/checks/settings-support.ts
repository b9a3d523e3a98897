import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DirectoryEntry, Raw } from '../../src/checks/reading.ts'
import { now } from './one-check.ts'

export { file, judgeRaws, lost, now, output, policyWith, readFixture, readRaws, rows } from './one-check.ts'

/** For what comes in a code page of its own. */
export function readFixtureBytes(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, '../fixtures/checks', name))
}

export function registry(values: Record<string, string | number>, path = 'HKLM\\X'): Raw {
  return { kind: 'registry', keys: [{ path, values }] }
}

export function agent(value: unknown): Raw {
  return { kind: 'agent', value }
}

/** Entries of a folder with what is not as usual about each. */
export function entries(...list: (Partial<DirectoryEntry> & { path: string })[]): Raw {
  const usual = { type: 'file', size: 1, modifiedAt: now.toISOString(), mode: 0o644, uid: 0 } as const
  return { kind: 'directory', entries: list.map((one) => ({ ...usual, ...one })), isTruncated: false }
}

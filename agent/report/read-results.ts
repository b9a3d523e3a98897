import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checks } from '../../src/checks/index.ts'
import type { Result } from '../../src/checks/result.ts'
import { TanmoriError } from '../../src/errors.ts'
import { builtInPolicy } from '../../src/policy/built-in.ts'
import type { Grant } from '../../src/policy/grant.ts'
import type { Policy } from '../../src/policy/schema.ts'
import type { Zone } from '../../src/protocol/zone.ts'
import { findControlGrant } from '../checks/grants.ts'
import { ChecksMemory, checksFile } from '../checks/memory.ts'
import { resultOf } from '../checks/result.ts'
import type { OpenFinding } from './input.ts'

export type ResultsRequest = Readonly<{
  stateDir: string
  now: Date
  policy: Policy | null
  grants: readonly Grant[]
  terminal: Readonly<{ id: string; zone: Zone }>
}>

/**
 * What the checks last found, as the agent keeps it over restarts. The age of a reading goes by the clock here: what
 * the agent itself would know better, it writes down within the minute.
 * @throws TanmoriError `config.missing` where nothing was ever kept, `platform.failed` where it cannot be read
 */
export function readKeptResults(
  request: ResultsRequest,
): Readonly<{ results: readonly Result[]; findings: readonly OpenFinding[] }> {
  const memory = openMemory(request.stateDir)
  try {
    return { results: resultsOf(memory, request), findings: memory.open }
  } finally {
    memory.close()
  }
}

/** @throws as `readKeptResults` */
export function openMemory(stateDir: string): ChecksMemory {
  const path = join(stateDir, checksFile)
  if (!existsSync(path)) {
    throw new TanmoriError('config.missing', `${path}: no check has run here yet, or no right to see it`)
  }
  try {
    return ChecksMemory.openReadOnly(stateDir)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TanmoriError('platform.failed', `${path}: wanted the results of checks, came ${why}`, { cause })
  }
}

function resultsOf(memory: ChecksMemory, { now, policy: held, grants, terminal }: ResultsRequest): readonly Result[] {
  const policy = held ?? builtInPolicy(terminal.zone)
  const at = { now, bootId: '', uptimeMs: 0 }
  return checks.flatMap(({ id }) => {
    const state = memory.states.get(id)
    if (state === undefined || policy.checks.off.includes(id)) return []
    const grantId = findControlGrant(id, grants, terminal, now)
    return resultOf(id, state, { policy, at, grantId, asOf: now }) ?? []
  })
}

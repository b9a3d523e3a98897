import type { Result } from '../../src/checks/result.ts'
import type { OpenFinding } from './input.ts'

/** What the checks last found, as the agent keeps it over restarts. */
export function readKeptResults(
  _stateDir: string,
): Readonly<{ results: readonly Result[]; findings: readonly OpenFinding[] }> {
  return { results: [], findings: [] }
}

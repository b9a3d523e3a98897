import { findControl } from '../../controls/find-control.ts'
import { type AnswerState, worstOf } from '../../standards/coverage.ts'
import type { Clause } from '../../standards/standard.ts'
import type { FleetTerminal } from '../store/records.ts'

export type StateCounts = Readonly<Record<AnswerState, number>>

/** The fleet's counterpart of `answerControls` and `answerClauses`, for thousands of terminals; a test ties them. */
export function stateOf(terminal: FleetTerminal, control: string): AnswerState {
  return terminal.told(control) ?? (findControl(control)?.answeredBy.kind === 'planned' ? 'planned' : 'not-answered')
}

/** Null where the clause does not hold in the terminal's zone. */
export function clauseStateOf(terminal: FleetTerminal, clause: Clause): AnswerState | null {
  if (!clause.zones.includes(terminal.zone)) return null
  return worstOf(clause.controls.map((control) => stateOf(terminal, control)))
}

export function countControl(fleet: readonly FleetTerminal[], control: string): StateCounts {
  return countStates(fleet, (terminal) => stateOf(terminal, control))
}

/** Over the terminals of the clause's zones. */
export function countClause(fleet: readonly FleetTerminal[], clause: Clause): StateCounts {
  return countStates(fleet, (terminal) => clauseStateOf(terminal, clause))
}

function countStates(
  fleet: readonly FleetTerminal[],
  stateAt: (terminal: FleetTerminal) => AnswerState | null,
): StateCounts {
  const counts = { fail: 0, unknown: 0, stale: 0, 'not-answered': 0, planned: 0, pass: 0 }
  for (const terminal of fleet) {
    const state = stateAt(terminal)
    if (state !== null) counts[state] += 1
  }
  return counts
}

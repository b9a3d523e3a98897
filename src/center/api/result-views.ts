import type { Result } from '../../checks/result.ts'
import { type Control, controls } from '../../controls/controls.ts'
import { findControl } from '../../controls/find-control.ts'
import type { ControlAnswer as Answered, AnswerState } from '../../standards/coverage.ts'
import type { Clause, Standard } from '../../standards/standard.ts'
import { clauseStateOf, countFleet, type FleetCounts, stateOf } from '../fleet/count-states.ts'
import type { FindingRecord, FleetTerminal } from '../store/records.ts'
import type {
  AnsweringRow,
  ClauseRow,
  ClauseTerminalRow,
  ControlAnswer,
  ControlRow,
  FindingRow,
  StandardRow,
  StateCounts,
} from './results-contract.ts'

/** What is known of controls, clauses and findings, as the console's contract shows it. */

export function listControls(fleet: readonly FleetTerminal[]): ControlRow[] {
  const counts = countFleet(fleet)
  return Object.entries<Control>(controls).map(([id, control]) => controlRow(id, control, counts))
}

export function controlRow(id: string, control: Control, counts: FleetCounts): ControlRow {
  const { title, severity, answeredBy } = control
  return { control: id, title, severity, answeredBy: answeredBy.kind, counts: counts.control(id) }
}

export function controlAnswer(control: string, state: AnswerState, result: Result | null): ControlAnswer {
  return { control, title: titleOf(control), severity: findControl(control)?.severity ?? 'medium', state, result }
}

export function answeredControl({ control, state, result }: Answered): ControlAnswer {
  return controlAnswer(control, state, result)
}

export function standardRow({ id, title, issuer, amended, clauses }: Standard): StandardRow {
  return { id, title, issuer, amended, clauses: clauses.length }
}

export function listClauses(standard: Standard, fleet: readonly FleetTerminal[]): ClauseRow[] {
  const counts = countFleet(fleet)
  return standard.clauses.map((clause) => clauseRow(clause, counts))
}

function clauseRow(clause: Clause, counts: FleetCounts): ClauseRow {
  return {
    ...clauseShape(clause),
    counts: counts.clause(clause),
    controls: clause.controls.map((control) => ({
      control,
      title: titleOf(control),
      counts: counts.control(control, clause.zones),
    })),
  }
}

export function clauseShape({ ref, summary, zones, role, kind }: Clause) {
  return { ref, summary, zones: [...zones], role, kind }
}

export function answeringRow(terminal: FleetTerminal, control: string, results: readonly Result[]): AnsweringRow {
  const result = results.find((one) => one.control === control) ?? null
  return { ...aboutTerminal(terminal), answer: controlAnswer(control, stateOf(terminal, control), result) }
}

export function clauseTerminalRow(
  terminal: FleetTerminal,
  clause: Clause,
  results: readonly Result[],
): ClauseTerminalRow {
  return {
    ...aboutTerminal(terminal),
    state: clauseStateOf(terminal, clause) ?? 'not-answered',
    answers: clause.controls.map((control) => answeringRow(terminal, control, results).answer),
  }
}

function aboutTerminal({ id, hostname, zone, group, state }: FleetTerminal) {
  return { terminalId: id, hostname, zone, group, presence: state }
}

export function findingRow({ outcome, ...finding }: FindingRecord): FindingRow {
  return { ...finding, outcome, title: titleOf(finding.control) }
}

/** A control of a later version is shown by its id. */
export function titleOf(control: string): Readonly<{ ja: string; en: string }> {
  return findControl(control)?.title ?? { ja: control, en: control }
}

export function tally(states: readonly AnswerState[]): StateCounts {
  const counts = { fail: 0, unknown: 0, stale: 0, 'not-answered': 0, planned: 0, pass: 0 }
  for (const state of states) counts[state] += 1
  return counts
}

import { findControl } from '../../controls/find-control.ts'
import { zones as allZones, type Zone } from '../../protocol/zone.ts'
import { type AnswerState, answerStates, worstOf } from '../../standards/coverage.ts'
import type { Clause } from '../../standards/standard.ts'
import type { FleetTerminal } from '../store/records.ts'

export type StateCounts = Readonly<Record<AnswerState, number>>

/** The fleet's counterpart of `answerControls` and `answerClauses`, for thousands of terminals; a test ties them. */
export function stateOf(terminal: FleetTerminal, control: string): AnswerState {
  return terminal.told(control) ?? unansweredState(control)
}

/** Null where the clause does not hold in the terminal's zone. */
export function clauseStateOf(terminal: FleetTerminal, clause: Clause): AnswerState | null {
  if (!clause.zones.includes(terminal.zone)) return null
  return worstOf(clause.controls.map((control) => stateOf(terminal, control)))
}

/** Counts a fleet control by control and clause by clause; what several clauses ask of it is looked up once. */
export type FleetCounts = Readonly<{
  control(control: string, zones?: readonly Zone[]): StateCounts
  /** Over the terminals of the clause's zones. */
  clause(clause: Clause): StateCounts
}>

export function countFleet(fleet: readonly FleetTerminal[]): FleetCounts {
  const known = new Map<string, Uint8Array>()
  const ranksOf = (control: string): Uint8Array => {
    const ranks = known.get(control) ?? rankAll(fleet, control)
    known.set(control, ranks)
    return ranks
  }
  const zoneOf = Uint8Array.from(fleet, ({ zone }) => allZones.indexOf(zone))
  const count = (controls: readonly string[], zones: readonly Zone[]): StateCounts => {
    const ranks = controls.map(ranksOf)
    const isWanted = allZones.map((zone) => zones.includes(zone))
    const counts = answerStates.map(() => 0)
    for (let at = 0; at < zoneOf.length; at += 1) {
      if (isWanted[zoneOf[at] ?? 0] !== true) continue
      let worst = ranks.length === 0 ? notAnswered : answerStates.length
      for (const one of ranks) worst = Math.min(worst, one[at] ?? notAnswered)
      counts[worst] = (counts[worst] ?? 0) + 1
    }
    return named(counts)
  }
  return {
    control: (control, zones = allZones) => count([control], zones),
    clause: (clause) => count(clause.controls, clause.zones),
  }
}

/** A state as its place in `answerStates`: the worst is the lowest. */
const rankOf = new Map(answerStates.map((state, rank) => [state, rank]))
const notAnswered = answerStates.indexOf('not-answered')

function rankAll(fleet: readonly FleetTerminal[], control: string): Uint8Array {
  const unanswered = unansweredState(control)
  return Uint8Array.from(fleet, (terminal) => rankOf.get(terminal.told(control) ?? unanswered) ?? notAnswered)
}

function unansweredState(control: string): AnswerState {
  return findControl(control)?.answeredBy.kind === 'planned' ? 'planned' : 'not-answered'
}

function named(counts: readonly number[]): StateCounts {
  const of = (state: AnswerState) => counts[rankOf.get(state) ?? notAnswered] ?? 0
  return {
    fail: of('fail'),
    unknown: of('unknown'),
    stale: of('stale'),
    'not-answered': of('not-answered'),
    planned: of('planned'),
    pass: of('pass'),
  }
}

import type { Result } from '../checks/result.ts'
import { type Control, controls } from '../controls/controls.ts'
import { findControl } from '../controls/find-control.ts'
import type { Zone } from '../protocol/zone.ts'
import type { Clause, Standard } from './standard.ts'

/** From worst to best: a clause is as its worst control is. */
export const answerStates = ['fail', 'unknown', 'stale', 'not-answered', 'planned', 'pass'] as const
export type AnswerState = (typeof answerStates)[number]

/** What is known of one control on one terminal. `result` null: nothing was told (`not-answered`, `planned`). */
export type ControlAnswer = Readonly<{ control: string; state: AnswerState; result: Result | null }>
export type ClauseAnswer = Readonly<{ clause: Clause; state: AnswerState; controls: readonly ControlAnswer[] }>

/** Every control's answer. A result is `stale` when the terminal said so or when it is older than `staleAfterMinutes`. */
export function answerControls(
  results: readonly Result[],
  { now, staleAfterMinutes }: Readonly<{ now: Date; staleAfterMinutes: number }>,
): ReadonlyMap<string, ControlAnswer> {
  const byControl = new Map(results.map((result) => [result.control, result] as const))
  const oldest = now.getTime() - staleAfterMinutes * 60_000
  return new Map(
    Object.entries<Control>(controls).map(([id, control]) => {
      const result = byControl.get(id) ?? null
      return [id, { control: id, state: stateOf(result, control, oldest), result }] as const
    }),
  )
}

/** The clauses that hold in `zone`, in the order of the standard. */
export function answerClauses(
  standard: Standard,
  zone: Zone,
  answers: ReadonlyMap<string, ControlAnswer>,
): readonly ClauseAnswer[] {
  return standard.clauses
    .filter((clause) => clause.zones.includes(zone))
    .map((clause) => {
      const found = clause.controls.map((id) => answers.get(id) ?? notAnswered(id))
      return { clause, state: worstOf(found.map(({ state }) => state)), controls: found }
    })
}

export function worstOf(states: readonly AnswerState[]): AnswerState {
  return answerStates.find((state) => states.includes(state)) ?? 'not-answered'
}

function stateOf(result: Result | null, control: Control, oldest: number): AnswerState {
  if (result === null) return control.answeredBy.kind === 'planned' ? 'planned' : 'not-answered'
  if (result.isStale || (result.readAt !== null && Date.parse(result.readAt) < oldest)) return 'stale'
  return result.outcome
}

function notAnswered(id: string): ControlAnswer {
  const isPlanned = findControl(id)?.answeredBy.kind === 'planned'
  return { control: id, state: isPlanned ? 'planned' : 'not-answered', result: null }
}

import type { Sentence } from '../../checks/result.ts'
import type { DryRunCheck, DryRunInput, DryRunTerminal } from './dry-run.ts'

/** Why the center cannot say what a control would be. */
export const unsureReasons = ['no-facts', 'baseline', 'unreadable'] as const
export type UnsureReason = (typeof unsureReasons)[number]

/**
 * What a policy would do to one control of one terminal, against what the terminal said last. `none`: it would ask
 * nothing of it, or nothing worth telling changes.
 */
export type ControlForecast =
  | Readonly<{ kind: 'newly-fail' | 'still-fail'; control: string; reason: Sentence }>
  | Readonly<{ kind: 'cleared' | 'none'; control: string }>
  | Readonly<{ kind: 'unsure'; control: string; because: UnsureReason }>

/** Every check of the policy, in the order of the checks. */
export function forecastControls(terminal: DryRunTerminal, input: DryRunInput): readonly ControlForecast[] {
  const { off } = input.policy.checks
  return input.checks.filter(({ id }) => !off.includes(id)).map((check) => forecast(check, terminal, input))
}

function forecast(check: DryRunCheck, terminal: DryRunTerminal, input: DryRunInput): ControlForecast {
  const control = check.id
  if (check.baseline === 'first-facts') return { kind: 'unsure', control, because: 'baseline' }
  if (!terminal.facts.has(control)) return { kind: 'unsure', control, because: 'no-facts' }
  const judged = judge(check, terminal, input)
  if (judged === 'unreadable') return { kind: 'unsure', control, because: judged }
  const didFail = terminal.results.get(control)?.outcome === 'fail'
  if (judged?.outcome === 'fail') {
    return { kind: didFail ? 'still-fail' : 'newly-fail', control, reason: judged.reason }
  }
  // What becomes unknown is no longer known to fail, but nothing was cleared.
  return { kind: didFail && judged?.outcome !== 'unknown' ? 'cleared' : 'none', control }
}

/** Facts of another version than this check reads are told as that; they never end the whole. */
function judge(check: DryRunCheck, terminal: DryRunTerminal, { policy, lifecycle, now }: DryRunInput) {
  const { id, zone, grants } = terminal
  try {
    const facts = terminal.facts.get(check.id)
    return check.judge(facts, { policy, zone, terminalId: id, grants, lifecycle, baseline: null, now })
  } catch {
    return 'unreadable'
  }
}

import type { StatusReport } from '../../control/protocol.ts'
import { holdingState, planBaseline } from '../../guard/plan-baseline.ts'
import type { Baseline, BaselineObservation } from '../../platform/platform.ts'
import { disproven, type Judged, notTried, proven } from '../finding.ts'
import type { Trial, Tried } from '../trial.ts'

export async function tryDefaultDeny(trial: Trial): Promise<Tried> {
  const wanted = wantedBaseline(trial)
  const seen = await trial.platform.observeBaseline(wanted)
  const status = await trial.askStatus()
  const hasExceptions = status?.plugged.some(isExcepted) === true
  const isEnabled = trial.config.guard.enabled
  return { findings: [{ id: 'guard.default-deny', ...judgeDefaultDeny(wanted, seen, { isEnabled, hasExceptions }) }] }
}

function isExcepted({ verdicts }: StatusReport['plugged'][number]): boolean {
  return verdicts.some(({ wouldBe, reason }) => wouldBe !== 'block' && (reason === 'registered' || reason === 'grant'))
}

/** What the guard holds devices to, decided anew from the policy on the disk. */
export function wantedBaseline({ state, platform, gathered, now }: Trial): Baseline {
  const wasClosed = gathered.status?.guard.mode === 'enforce'
  return planBaseline(holdingState(state, wasClosed), platform.capabilities.readOnly, now())
}

/** `hasExceptions`: a permitted medium is in, for which the agent may have lifted part of it. */
export function judgeDefaultDeny(
  wanted: Baseline,
  { state, detail, elsewhere }: BaselineObservation,
  { isEnabled, hasExceptions }: Readonly<{ isEnabled: boolean; hasExceptions: boolean }>,
): Judged {
  if (!isEnabled) return notTried('設定で制御が切られています。', 'The guard is switched off in the settings.')
  if (wanted.mode === 'off') {
    return notTried(
      '適用中のポリシーは何も禁じていません（記録のみ、またはすべて許可）。',
      'The policy in force refuses nothing (it observes, or permits all).',
      `${state}: ${detail}`,
    )
  }
  if (state === 'in-force' || elsewhere === 'same') {
    return proven('求めるとおりに入っています。', 'It is in force as it is wanted.', detail)
  }
  if (elsewhere === 'other' && hasExceptions) {
    return notTried(
      '許可された媒体が接続されており、そのための例外と見分けられません。抜いてからもう一度実行してください。',
      'A permitted medium is plugged in, and what was lifted for it cannot be told apart. Run this again without it.',
      detail,
    )
  }
  if (state === 'unsupported') {
    return disproven('この端末では既定の拒否を行えません。', 'The default deny cannot be on this machine.', detail)
  }
  return disproven('求めるものと違います。', 'It differs from what is wanted.', detail)
}

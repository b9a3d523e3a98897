import { failureReasons } from '../../../src/checks/reading.ts'
import type { Outcome } from '../../../src/checks/result.ts'
import { type ProofReading, proofLimits } from '../../../src/protocol/proof.ts'
import type { ChecksReport } from '../../control/protocol.ts'
import { disproven, type Judged, notTried, oneLine, proven } from '../finding.ts'

type Run = ChecksReport['runs'][number]

/**
 * A check works on this build where every reading answered (that something is not there is an answer), or where it came to
 * its answer without those that did not. `outcome` null: the policy asks nothing of it.
 */
export function judgeReadings({ readAt, readings, benchedUntil }: Run, outcome: Outcome | null): Judged {
  if (benchedUntil !== null) {
    return notTried(
      '負荷が上限を超えたため、休止中です。',
      'It cost more than its budget and is set aside.',
      benchedUntil,
    )
  }
  if (readAt === null || readings.length === 0) {
    return notTried('OSから読み取るものがありません。', 'It reads nothing of the system.')
  }
  const silent = readings.filter(({ failure }) => failure !== null && failure.reason !== 'missing')
  const ms = readings.reduce((sum, reading) => sum + reading.ms, 0)
  if (silent.length === 0) {
    const slowest = readings.toSorted((a, b) => b.ms - a.ms)[0]
    const observed = `${readings.length} readings, slowest ${slowest?.name ?? ''} ${Math.round(slowest?.ms ?? 0)} ms`
    return proven(`${readings.length}件すべてに答えがありました。`, `All ${readings.length} answered.`, observed, ms)
  }
  const observed = silent.map(({ name, failure }) => `${name}: ${failure?.reason} (${failure?.detail})`).join('; ')
  const counted = {
    ja: `${readings.length}件のうち${silent.length}件に答えがありません`,
    en: `${silent.length} of ${readings.length} did not answer`,
  }
  if (outcome === 'unknown') {
    return disproven(`${counted.ja}。点検は判定できません。`, `${counted.en}, and the check cannot tell.`, observed, ms)
  }
  if (outcome === null) {
    return notTried(
      `${counted.ja}。ポリシーはこの点検を求めていません。`,
      `${counted.en}; the policy asks nothing of it.`,
      observed,
    )
  }
  return proven(
    `${counted.ja}が、点検は判定できます。`,
    `${counted.en}; the check can tell without them.`,
    observed,
    ms,
  )
}

/** Every reading of every check, as the proof holds it. */
export function listReadings(runs: readonly Run[]): readonly ProofReading[] {
  const all = runs.flatMap(({ control, readings }) =>
    readings.map(({ name, kind, ms, failure }) => ({
      control: control.slice(0, 64),
      name: name.slice(0, 64),
      kind: kind.slice(0, 16),
      ms: Math.max(0, Math.round(ms)),
      failure:
        failure === null
          ? null
          : {
              reason: failureReasons.find((reason) => reason === failure.reason) ?? 'failed',
              detail: oneLine(failure.detail).slice(0, proofLimits.maxDetailChars),
            },
    })),
  )
  return all.slice(0, proofLimits.maxReadings)
}

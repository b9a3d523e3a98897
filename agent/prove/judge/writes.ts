import type { WriteTrial } from '../../platform/prober.ts'
import { disproven, type Judged, notTried, proven } from '../finding.ts'

/** Whether every way to write to read-only media was refused; null: none is plugged in. */
export function judgeWrites(trials: readonly WriteTrial[] | null): Judged {
  if (trials === null) {
    return notTried(
      '読み取りのみ許された媒体が接続されていません。接続してからもう一度実行してください。',
      'No medium that may only be read is plugged in. Plug one in and run this again.',
    )
  }
  const of = (state: WriteTrial['state']) => trials.filter((trial) => trial.state === state)
  const observed = trials.map(({ way, target, state, detail }) => `${way} ${target}: ${state} (${detail})`).join('; ')
  if (of('got-through').length > 0) {
    return disproven(
      '読み取り専用のはずの媒体に書き込めました。',
      'A medium that may only be read could be written to.',
      observed,
    )
  }
  if (of('refused').length === 0) {
    return notTried('書込みを試せませんでした。', 'No way to write could be tried.', observed)
  }
  const isMounted = trials.some(({ way, state }) => way === 'mount' && state === 'refused')
  if (isMounted) return proven('書込みは、どの方法でも拒否されました。', 'Writing was refused in every way.', observed)
  return proven(
    '装置への書込みは拒否されました（媒体は接続されたままで、マウントはされていません）。',
    'Writing to the device was refused (the medium is not mounted).',
    observed,
  )
}

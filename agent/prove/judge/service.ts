import type { DoorTrial, PathProtection, ServiceState } from '../../platform/prober.ts'
import { disproven, type Judged, notTried, proven } from '../finding.ts'

export function judgeStart(service: ServiceState): Judged {
  if (service.state === 'none') {
    return notTried('サービスとして登録されていません。', 'It is not installed as a service.', service.detail)
  }
  const faults = [
    ...(service.startsAtBoot
      ? []
      : [{ ja: '起動時に始まる設定ではありません', en: 'it is not set to start with the machine' }]),
    ...(service.restarts
      ? []
      : [{ ja: '異常終了時に再開する設定ではありません', en: 'it is not set to be started again' }]),
    ...(service.pid === null ? [{ ja: '動いていません', en: 'it does not run' }] : []),
  ]
  if (faults.length === 0) {
    const ja = '起動時に始まり、異常終了時に再開する設定で、動いています。'
    return proven(ja, 'It runs, starts with the machine, and is started again when it ends.', service.detail)
  }
  return disproven(
    `${faults.map(({ ja }) => ja).join('、')}。`,
    `${faults.map(({ en }) => en).join(', ')}.`,
    service.detail,
  )
}

/** `startedPid` null: nothing was killed, for the reason in `why`. `pid` null: it did not come back in time. */
export type RecoveryTrial = Readonly<{
  startedPid: number | null
  pid: number | null
  isAnswering: boolean
  ms: number
  /** It was started by hand afterwards. */
  wasHelped: boolean
}>

export function judgeRecovery({ startedPid, pid, isAnswering, ms, wasHelped }: RecoveryTrial): Judged {
  const seconds = (ms / 1000).toFixed(1)
  const observed = `pid ${startedPid} -> ${pid ?? 'none'} in ${seconds} s${wasHelped ? ', started by hand afterwards' : ''}`
  if (pid === null) {
    return disproven(
      `${seconds}秒待ちましたが、復帰しませんでした${wasHelped ? '（手動で開始し直しました）' : ''}。`,
      `It did not come back within ${seconds} s${wasHelped ? ' (it was started by hand)' : ''}.`,
      observed,
      ms,
    )
  }
  if (!isAnswering) {
    return disproven('再開しましたが、応答しません。', 'It was started again, and does not answer.', observed, ms)
  }
  return proven(`${seconds}秒で復帰し、応答しました。`, `It was back and answered after ${seconds} s.`, observed, ms)
}

export function judgeProtection(paths: readonly PathProtection[]): Judged {
  const of = (state: PathProtection['state']) => paths.filter((one) => one.state === state)
  const list = (some: readonly PathProtection[]) => some.map(({ path, detail }) => `${path}: ${detail}`).join('; ')
  const open = of('open')
  const unknown = of('unknown')
  const looked = of('protected')
  if (open.length > 0) {
    return disproven('利用者が書き換えられるものがあります。', 'Users may write some of it.', list(open))
  }
  if (unknown.length > 0 || looked.length === 0) {
    return notTried('権限を確かめられないものがあります。', 'Of some it could not be told.', list(unknown))
  }
  return proven(
    `${looked.length}件とも、管理者だけが書き換えられます。`,
    `Of ${looked.length} files and folders only administrators may write any.`,
    list(looked),
  )
}

export function judgeDoor({ state, detail }: DoorTrial): Judged {
  const judge = {
    refused: () => proven('管理者でない利用者は接続できません。', 'Nobody but administrators may connect.', detail),
    open: () => disproven('管理者でない利用者が接続できます。', 'Users may connect.', detail),
    missing: () => notTried('エージェントが動いていません。', 'No agent runs.', detail),
    unknown: () => notTried('確かめられませんでした。', 'It could not be told.', detail),
  } as const satisfies Record<DoorTrial['state'], () => Judged>
  return judge[state]()
}

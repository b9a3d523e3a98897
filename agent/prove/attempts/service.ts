import { join } from 'node:path'
import { isMediaClass } from '../../../src/policy/media-class.ts'
import type { StatusReport } from '../../control/protocol.ts'
import type { GuardedPath } from '../../platform/prober.ts'
import { type Judged, notTried } from '../finding.ts'
import { judgeDoor, judgeProtection, judgeRecovery, judgeStart, type RecoveryTrial } from '../judge/service.ts'
import type { Trial, Tried } from '../trial.ts'

export async function tryService({ prober, config, platform }: Trial): Promise<Tried> {
  const { stateDir, configDir, configFile } = config.places
  const secrets = ['identity', 'journal', 'policy', 'proofs', 'report-key.pem'].map((name) => join(stateDir, name))
  const own = (await platform.readOwnFiles()).map(({ path }) => path)
  const paths: readonly GuardedPath[] = [
    ...[stateDir, ...secrets].map((path) => ({ path, isSecret: true })),
    ...[configDir, configFile, config.policiesDir, ...own].map((path) => ({ path, isSecret: false })),
  ]
  const seen = (await prober.readProtection(paths)).filter(({ state }) => state !== 'missing')
  return {
    findings: [
      { id: 'agent.start', ...judgeStart(await prober.readService()) },
      { id: 'agent.protected', ...judgeProtection(seen) },
      { id: 'agent.door', ...judgeDoor(await prober.tryDoor(config.places.runDir)) },
    ],
  }
}

const lookMs = 100
/** A service manager may wait a minute before it starts a service again. */
const limitMs = 90_000

export async function tryRecovery(trial: Trial): Promise<Tried> {
  return { findings: [{ id: 'agent.recovers', ...(await recover(trial)) }] }
}

async function recover(trial: Trial): Promise<Judged> {
  const { prober, askStatus, options, confirm } = trial
  const service = await prober.readService()
  const status = await askStatus()
  if (service.state === 'none' || service.pid === null) {
    return notTried('サービスとして動いていません。', 'It does not run as a service.', service.detail)
  }
  const inUse = status === null ? null : findInUse(status)
  if (inUse !== null) {
    return notTried(
      '許可された媒体が接続されています。使用を妨げるため行いません。抜いてからもう一度実行してください。',
      'A permitted medium is plugged in, and its use would be interrupted. Run this again without it.',
      inUse,
    )
  }
  const isAgreed =
    options.isConfirmed ||
    (await confirm({
      ja: 'エージェントを一度強制終了し、復帰を確かめます。制御は保たれます。よろしいですか。',
      en: 'The agent is killed once, to see it come back; what is refused stays refused. Go on?',
    }))
  if (isAgreed !== true) {
    return notTried('行いませんでした（--yes で行います）。', 'It was not done (--yes does it).')
  }
  return judgeRecovery(await killAndWait(trial, service.pid))
}

async function killAndWait(trial: Trial, startedPid: number): Promise<RecoveryTrial> {
  const { prober, nowMs, sleep, askStatus } = trial
  const startedMs = nowMs()
  await prober.killService(startedPid)
  let pid: number | null = null
  let isAnswering = false
  while (!isAnswering && nowMs() - startedMs < limitMs) {
    await sleep(lookMs)
    const service = await prober.readService()
    pid = service.state === 'installed' && service.pid !== startedPid ? service.pid : null
    isAnswering = pid !== null && (await askStatus()) !== null
  }
  const ms = nowMs() - startedMs
  const wasHelped = pid === null
  if (wasHelped) await prober.startService()
  return { startedPid, pid, isAnswering, ms, wasHelped }
}

/** A medium that is open by an exception of the agent: it is closed while the agent is dead. */
function findInUse({ plugged, guard }: StatusReport): string | null {
  if (guard.mode !== 'enforce') return null
  const inUse = plugged.find(({ verdicts }) =>
    verdicts.some((verdict) => isMediaClass(verdict.class) && verdict.wouldBe !== 'block'),
  )
  return inUse === undefined ? null : `${inUse.device.vendor} ${inUse.device.product} ${inUse.device.key}`.trim()
}

import { TanmoriError } from '../../../src/errors.ts'
import { type ProofCall, proofLimits } from '../../../src/protocol/proof.ts'
import type { Platform } from '../../platform/platform.ts'
import type { ProberCall } from '../../platform/prober.ts'
import { disproven, type Judged, notTried, oneLine, proven } from '../finding.ts'
import type { Trial, Tried } from '../trial.ts'
import { wantedBaseline } from './default-deny.ts'

/** A call that takes longer than this hangs. */
const limitMs = 30_000

/** Reading calls alone, one after the other, so that each one's time is its own. */
export async function tryCalls(trial: Trial): Promise<Tried> {
  const calls: ProofCall[] = []
  for (const { name, call } of [...platformCalls(trial), ...trial.prober.calls()].slice(0, proofLimits.maxCalls)) {
    calls.push(await callOnce(trial, name, call))
  }
  return { findings: [{ id: 'system.calls', ...judgeCalls(calls) }], calls }
}

/** What this build does not have is told by its name, and disproves nothing; what fails or hangs does. */
export function judgeCalls(calls: readonly ProofCall[]): Judged {
  const of = (outcome: ProofCall['outcome']) => calls.filter((call) => call.outcome === outcome)
  const bad = [...of('failed'), ...of('timeout')]
  const answered = of('answered').length
  const lacking = of('unsupported')
  const observed = [...bad, ...lacking].map(({ name, outcome, detail }) => `${name}: ${outcome} (${detail})`).join('; ')
  if (calls.length === 0) return notTried('呼出しがありません。', 'There was nothing to call.')
  if (bad.length > 0) {
    return disproven(
      `${calls.length}件のうち${bad.length}件が失敗しました。`,
      `${bad.length} of ${calls.length} failed.`,
      observed,
    )
  }
  const rest = lacking.length === 0 ? '' : `（${lacking.length}件はこのOSにありません）`
  const restEn = lacking.length === 0 ? '' : ` (${lacking.length} are not there on this system)`
  return proven(`${answered}件に答えがありました${rest}。`, `${answered} answered${restEn}.`, observed)
}

function platformCalls(trial: Trial): readonly ProberCall[] {
  const { platform, config } = trial
  const named = (name: keyof Platform, call: () => Promise<string>): ProberCall => ({ name, call })
  return [
    named('readMachine', async () => (await platform.readMachine()).os),
    named('readDevices', async () => `${(await platform.readDevices()).length} devices`),
    named('observe', async () => {
      const [first] = await platform.readDevices()
      return first === undefined ? 'no device' : `${(await platform.observe(first.device)).length} functions`
    }),
    named('observeBaseline', async () => (await platform.observeBaseline(wantedBaseline(trial))).detail),
    named('observeQuarantine', async () => unlessUnsupported(await platform.observeQuarantine({ mode: 'off' }))),
    named('readSessions', async () => `${(await platform.readSessions()).length} sessions`),
    named('readResolvers', async () => `${(await platform.readResolvers()).length} resolvers`),
    named('readOwnFiles', async () => `${(await platform.readOwnFiles()).length} files`),
    named('readKept', async () => ((await platform.readKept('guard.json')) === null ? 'nothing' : 'there')),
    named('scanner', async () => (await platform.scanner.describe())?.engine ?? 'no scanner'),
    named('readCpuMs', async () => `${Math.round(platform.readCpuMs())} ms`),
    named('watchChanges', async () => watchOnce(platform)),
    named('watchPaths', async () => watchFolderOnce(platform, config.places.configDir)),
  ]
}

function unlessUnsupported({ state, detail }: Readonly<{ state: string; detail: string }>): string {
  if (state === 'unsupported') throw new TanmoriError('platform.unsupported', detail)
  return `${state}: ${detail}`
}

function watchOnce(platform: Platform): string {
  for (const what of ['network', 'sessions'] as const) platform.watchChanges(what, () => undefined).stop()
  return 'began and ended'
}

/** Until it says that it works, or that it does not. */
function watchFolderOnce(platform: Platform, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const watch = platform.watchPaths({
      paths: [path],
      onChange: () => undefined,
      onState({ state, detail }) {
        setImmediate(() => watch.stop())
        if (state === 'failed') reject(new TanmoriError('platform.failed', detail))
        else resolve(`${state} ${detail}`.trim())
      },
    })
  })
}

async function callOnce({ nowMs }: Trial, name: string, call: () => Promise<string>): Promise<ProofCall> {
  const startedMs = nowMs()
  const done = (outcome: ProofCall['outcome'], detail: string): ProofCall => ({
    name: name.slice(0, 96),
    outcome,
    ms: Math.max(0, Math.round(nowMs() - startedMs)),
    detail: oneLine(detail).slice(0, proofLimits.maxDetailChars),
  })
  const timer = Promise.withResolvers<ProofCall>()
  const timeout = setTimeout(() => timer.resolve(done('timeout', `no answer within ${limitMs} ms`)), limitMs)
  return await Promise.race([
    call().then(
      (detail) => done('answered', detail),
      (error: unknown) => {
        const isUnsupported = error instanceof TanmoriError && error.code === 'platform.unsupported'
        return done(isUnsupported ? 'unsupported' : 'failed', error instanceof Error ? error.message : String(error))
      },
    ),
    timer.promise,
  ]).finally(() => clearTimeout(timeout))
}

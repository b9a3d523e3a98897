import type { ProofCall, ProofItem, ProofReading } from '../../src/protocol/proof.ts'
import { tryCalls } from './attempts/calls.ts'
import { tryChecks } from './attempts/checks.ts'
import { tryDefaultDeny } from './attempts/default-deny.ts'
import { tryDevices } from './attempts/devices.ts'
import { tryNotice } from './attempts/notice.ts'
import { tryPolicySignature } from './attempts/policy-signature.ts'
import { createClockTrial, tryJournal, tryUplink } from './attempts/records.ts'
import { tryRecovery, tryService } from './attempts/service.ts'
import { tryTamper } from './attempts/tamper.ts'
import { type Finding, notTried, toItem } from './finding.ts'
import type { ProofItemId } from './items.ts'
import type { Trial, Tried, TryTrial } from './trial.ts'

export type TriedAll = Readonly<{
  items: readonly ProofItem[]
  readings: readonly ProofReading[]
  calls: readonly ProofCall[]
}>

type Step = Readonly<{ ids: readonly ProofItemId[]; limitMs: number; run: TryTrial }>

const minuteMs = 60_000

/**
 * Everything that can be tried, one after the other; what disturbs least comes first, and the kill behind all that needs
 * the agent. A step that fails or takes too long costs itself alone.
 */
export async function tryAll(trial: Trial): Promise<TriedAll> {
  const findings: Finding[] = []
  const items: ProofItem[] = []
  const readings: ProofReading[] = []
  const calls: ProofCall[] = []
  for (const step of stepsOf(trial)) {
    const startedMs = trial.nowMs()
    const tried = await runStep(step, trial, findings)
    const ms = trial.nowMs() - startedMs
    findings.push(...tried.findings)
    items.push(...tried.findings.map((finding) => toItem(finding, ms)))
    readings.push(...(tried.readings ?? []))
    calls.push(...(tried.calls ?? []))
  }
  return { items, readings, calls }
}

function stepsOf(trial: Trial): readonly Step[] {
  const waitMs = trial.options.waitSeconds * 1000
  return [
    { ids: ['uplink.round-trip'], limitMs: minuteMs, run: tryUplink },
    { ids: ['policy.signature'], limitMs: minuteMs, run: tryPolicySignature },
    { ids: ['guard.default-deny'], limitMs: minuteMs, run: tryDefaultDeny },
    { ids: ['guard.class-denied', 'guard.write-fails'], limitMs: 2 * minuteMs + waitMs, run: tryDevices },
    { ids: ['agent.start', 'agent.protected', 'agent.door'], limitMs: minuteMs, run: tryService },
    { ids: ['checks.read'], limitMs: 10 * minuteMs, run: tryChecks },
    { ids: ['system.calls'], limitMs: 5 * minuteMs, run: tryCalls },
    { ids: ['notice'], limitMs: 5 * minuteMs, run: tryNotice },
    { ids: ['guard.tamper'], limitMs: 4 * minuteMs, run: tryTamper },
    { ids: ['agent.recovers'], limitMs: 5 * minuteMs, run: tryRecovery },
    { ids: ['journal.durable', 'journal.chain'], limitMs: 5 * minuteMs, run: tryJournal },
    { ids: ['clock'], limitMs: minuteMs, run: createClockTrial(trial.now().getTime(), trial.nowMs()) },
  ]
}

/** What each id of a step could not be tried for, where the step itself failed. */
async function runStep({ ids, limitMs, run }: Step, trial: Trial, before: readonly Finding[]): Promise<Tried> {
  const failed = (detail: string): Tried => ({
    findings: ids.map((id) => ({ id, ...notTried('試験を行えませんでした。', 'It could not be tried.', detail) })),
  })
  const timer = Promise.withResolvers<Tried>()
  const timeout = setTimeout(() => timer.resolve(failed(`took longer than ${limitMs} ms`)), limitMs)
  try {
    return await Promise.race([run(trial, before), timer.promise])
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error))
  } finally {
    clearTimeout(timeout)
  }
}

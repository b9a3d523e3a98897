import { uptime } from 'node:os'
import type { Check } from '../../src/checks/check.ts'
import { checks } from '../../src/checks/index.ts'
import type { AgentFact, Parsed } from '../../src/checks/reading.ts'
import { createCrypto } from '../../src/crypto.ts'
import { TanmoriError } from '../../src/errors.ts'
import { builtInPolicy } from '../../src/policy/built-in.ts'
import type { AgentConfig } from '../config.ts'
import type { ChecksReport } from '../control/protocol.ts'
import { createPlatform, currentSystem } from '../deps.ts'
import { readIdentity } from '../identity.ts'
import { openPolicyFiles } from '../policy-files.ts'
import { loadPolicyFiles } from '../policy-load.ts'
import { judgeFacts, runCheck } from '../run-checks.ts'
import { policyDirOf, readFirstRoot, terminalOf } from '../trust.ts'
import { findControlGrant } from './grants.ts'
import { readKeptBaseline } from './kept.ts'
import { createLifecycle } from './lifecycle-source.ts'
import type { PolicyNow } from './policy-now.ts'
import { decideState, resultOf } from './result.ts'

/**
 * Reads the checks once without an agent, by the policy that was kept. Nothing is recorded and no finding opens; what
 * only a running agent knows cannot be told.
 * @throws TanmoriError `usage` for an id that is no check's
 */
export async function readChecksAlone(
  config: AgentConfig,
  controls: readonly string[],
  now: () => Date,
): Promise<ChecksReport> {
  const unknown = controls.filter((control) => !checks.some(({ id }) => id === control))
  if (unknown.length > 0) throw new TanmoriError('usage', `no check is called ${unknown.join(', ')}`)
  const platform = await createPlatform(config, { systemdSocketCount: 0 })
  const inForce = loadPolicyNow(config)
  const { policy, grants, terminal } = inForce
  const lifecycle = createLifecycle(config.policiesDir)
  const wanted = checks.filter(
    ({ id }) => !policy.checks.off.includes(id) && (controls.length === 0 || controls.includes(id)),
  )
  const deps = { platform, system: currentSystem(), readAgentFact: refuse, now, nowMs: () => performance.now() }
  const results: ChecksReport['results'] = []
  const runs: ChecksReport['runs'] = []
  for (const check of wanted) {
    const context = { policy, zone: terminal.zone }
    const run = await runCheck(check, context, deps)
    const facts = run.facts
    const kept = check.baseline === 'none' ? null : readKeptBaseline(config.places.stateDir, check.id)
    const baseline = kept ?? (facts.ok && check.baseline !== 'none' ? facts.facts : null)
    const judging = { ...context, terminalId: terminal.id, grants, lifecycle: lifecycle.now(), baseline, now: now() }
    const at = { now: now(), bootId: '', uptimeMs: uptime() * 1000 }
    const judgement = judgeFacts(check, facts, judging)
    const state = decideState({ control: check.id, before: undefined, judgement, run, at, hasFacts: facts.ok })
    const grantId = findControlGrant(check.id, grants, terminal, at.now)
    const result = resultOf(check.id, state, { policy, at, grantId, asOf: at.now })
    if (result !== null) results.push(result)
    const { ms, cpuMs, readings } = run
    runs.push({ control: check.id, readAt: state.readAt, ms, cpuMs, readings: [...readings], benchedUntil: null })
  }
  const at = now().toISOString()
  return { schema: 'tanmori.checks/1', at, policyDigest: inForce.digest, results, findings: [], runs }
}

/** The facts of one check as they are now, without an agent, or why there are none. */
export async function readFactsAlone(config: AgentConfig, check: Check, now: () => Date): Promise<Parsed<unknown>> {
  const platform = await createPlatform(config, { systemdSocketCount: 0 })
  const { policy, terminal } = loadPolicyNow(config)
  const deps = { platform, system: currentSystem(), readAgentFact: refuse, now, nowMs: () => performance.now() }
  const { facts } = await runCheck(check, { policy, zone: terminal.zone }, deps)
  return facts
}

/** What the store holds, its signatures checked again; the built-in default where nothing there can be believed. */
function loadPolicyNow(config: AgentConfig): PolicyNow {
  const crypto = createCrypto()
  const identity = readIdentity(config.places.stateDir)
  const files = openPolicyFiles(policyDirOf(config))
  const { policy, grants } = loadPolicyFiles({ files, firstRoot: readFirstRoot(config, identity, crypto), crypto })
  const terminal = terminalOf(config, identity)
  return {
    policy: policy?.document ?? builtInPolicy(terminal.zone),
    digest: policy?.slot.digest ?? null,
    grants: grants.map(({ document }) => document),
    terminal,
  }
}

async function refuse(about: AgentFact): Promise<unknown> {
  throw new TanmoriError('not-running', `${about}: only a running agent knows`)
}

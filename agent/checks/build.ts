import { uptime } from 'node:os'
import { join } from 'node:path'
import type { AgentFactValue } from '../../src/checks/agent-facts.ts'
import type { System } from '../../src/checks/check.ts'
import { checks } from '../../src/checks/index.ts'
import type { Log } from '../../src/log.ts'
import { builtInPolicy } from '../../src/policy/built-in.ts'
import type { Policy } from '../../src/policy/schema.ts'
import type { PluggedDevice, SensorStatus } from '../../src/protocol/messages.ts'
import type { AgentConfig } from '../config.ts'
import type { QuarantineStatus } from '../guard/quarantine/quarantine.ts'
import type { Journal } from '../journal/journal.ts'
import type { Platform } from '../platform/platform.ts'
import { KeptFile } from '../policy-files.ts'
import type { PolicyStore } from '../policy-store.ts'
import type { Timers } from '../timers.ts'
import type { Uplink } from '../uplink/uplink.ts'
import { createAgentFacts } from './agent-facts.ts'
import { type Checks, createChecks } from './engine.ts'
import { createIntegrity, recordedSchema } from './integrity.ts'
import { createJournalVerifier } from './journal-verifier.ts'
import { createLifecycle } from './lifecycle-source.ts'
import { ChecksMemory } from './memory.ts'
import type { PolicyNow } from './policy-now.ts'
import { createTurn, type Turn } from './turn.ts'

export type BuildChecks = Readonly<{
  config: AgentConfig
  system: System
  platform: Platform
  journal: Pick<Journal, 'append' | 'appendAll' | 'last' | 'unacknowledged' | 'list' | 'health' | 'summary'>
  policyStore: Pick<PolicyStore, 'state' | 'applied' | 'signers' | 'compareFiles'>
  sensors: () => readonly SensorStatus[]
  plugged: () => readonly PluggedDevice[]
  quarantine: () => QuarantineStatus
  /** Null: nothing scans media here. */
  importScan: () => AgentFactValue<'import-scan'>
  hasCenter: boolean
  uplink: () => Uplink | null
  /** Gives back what a round has used. */
  releaseMemory: (turn: Turn) => Promise<void>
  /** What the guard looks at now; null: nothing. */
  inHand: () => Promise<void> | null
  bootId: string
  now: () => Date
  timers: Timers
  log: Log
}>

/** The engine with everything real that it needs. */
export function buildChecks(deps: BuildChecks): Checks {
  const { config, policyStore, platform, now } = deps
  const { stateDir, configFile } = config.places
  const integrity = createIntegrity({
    readOwnFiles: () => platform.readOwnFiles(),
    settingsFile: configFile,
    policyFiles: () => policyStore.compareFiles(),
    file: new KeptFile(stateDir, 'integrity.json', recordedSchema),
    now,
  })
  const nowMs = () => performance.now()
  return createChecks({
    ...deps,
    checks,
    memory: ChecksMemory.open(stateDir, now()),
    policy: createPolicyNow(policyStore),
    lifecycle: createLifecycle(config.policiesDir),
    turn: createTurn(deps.inHand, deps.timers),
    readAgentFact: createAgentFacts({
      ...deps,
      isGuardEnabled: config.guard.enabled,
      journalLimits: config.journal,
      verifier: createJournalVerifier(join(stateDir, 'journal', 'journal.db'), now, nowMs),
      uplink: () => uplinkFacts(deps.uplink()),
      policy: () => policyFacts(policyStore),
      integrity: () => integrity.read(),
      quarantine: () => quarantineFacts(deps.quarantine()),
    }),
    acceptOther: { 'monitor.always': () => integrity.accept() },
    uptimeMs: () => uptime() * 1000,
    nowMs,
  })
}

/** The policy that was last received, else what holds without one. */
export function createPolicyNow(store: Pick<PolicyStore, 'state' | 'applied'>): () => PolicyNow {
  let builtIn: Policy | null = null
  return () => {
    const { policy, grants, terminal } = store.state()
    builtIn ??= builtInPolicy(terminal.zone)
    return { policy: policy ?? builtIn, digest: store.applied()?.digest ?? null, grants, terminal }
  }
}

function uplinkFacts(uplink: Uplink | null): Omit<AgentFactValue<'uplink'>, 'pending'> {
  if (uplink === null) return { isConfigured: false, isConnected: false, since: null, lastAckAt: null, lastError: null }
  const { state, since, lastError } = uplink.state()
  return { isConfigured: true, isConnected: state === 'connected', since, lastAckAt: uplink.lastAckAt(), lastError }
}

function policyFacts(
  store: Pick<PolicyStore, 'applied' | 'signers'>,
): Omit<NonNullable<AgentFactValue<'policy'>>, 'refused'> | null {
  const applied = store.applied()
  if (applied === null) return null
  return { ...applied, signers: store.signers().map(({ holder, role, keyId }) => ({ holder, role, keyId })) }
}

const quarantineStates = { 'in-force': 'on', differs: 'failed', failed: 'failed', unsupported: 'unsupported' } as const

function quarantineFacts({ isOn, cuts, observed }: QuarantineStatus): AgentFactValue<'quarantine'> {
  const [cut] = cuts
  const isOff = !isOn && observed.state !== 'unsupported' && observed.state !== 'failed'
  const state = isOff ? 'off' : quarantineStates[observed.state]
  return {
    state,
    since: cut?.since ?? null,
    orderId: cut?.id ?? null,
    reason: cut?.reason ?? null,
    detail: observed.detail,
  }
}

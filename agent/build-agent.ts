import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createCrypto } from '../src/crypto.ts'
import { createLog } from '../src/log.ts'
import type { NewEvent } from '../src/protocol/events.ts'
import { version } from '../src/version.ts'
import { type Agent, type AgentGuard, createAgent } from './agent.ts'
import { buildChecks } from './checks/build.ts'
import type { AgentConfig } from './config.ts'
import {
  createControlDoors,
  createPlatform,
  createSelfProtection,
  currentSystem,
  loadTrimMemory,
  readMachine,
  type ServiceContext,
} from './deps.ts'
import { createGuard } from './guard/guard.ts'
import { importScanFacts } from './guard/import-scan/facts.ts'
import { findCenter } from './guard/quarantine/destinations.ts'
import { mayBeMalware } from './guard/quarantine/malware.ts'
import { createQuarantine } from './guard/quarantine/quarantine.ts'
import { recordSchema } from './guard/quarantine/record.ts'
import { readIdentity } from './identity.ts'
import { createJournal } from './journal/journal.ts'
import { openNotices } from './notices.ts'
import type { Notice, Platform } from './platform/platform.ts'
import { KeptFile } from './policy-files.ts'
import { createPolicyStore } from './policy-store.ts'
import { openProofBox } from './prove/box.ts'
import { releaseMemory } from './release-memory.ts'
import { listOwnKeys } from './report/terminal-key.ts'
import { createTimers } from './timers.ts'
import { policyDirOf, readFirstRoot, terminalOf } from './trust.ts'
import { createUplink, type Uplink } from './uplink/uplink.ts'

/** More than the devices that can be told of between two keepings of the guard's memory. */
const recentLines = 500

/**
 * Builds every real object of the agent; nothing has started yet.
 * @throws TanmoriError `platform.unsupported`, `platform.failed` where another agent runs in the same place
 */
export async function buildAgent(config: AgentConfig, service: ServiceContext, platform?: Platform): Promise<Agent> {
  const { stateDir } = config.places
  const selfProtection = await createSelfProtection(config, service)
  const tampered = selfProtection.protectPlaces()
  const doors = await createControlDoors(config)
  await doors.claim()
  const log = await createLog('tanmori', config.log.level, service.writeLog)
  const system = platform ?? (await createPlatform(config, service))
  const trimMemory = await loadTrimMemory()
  const now = () => new Date()
  const timers = createTimers()
  const crypto = createCrypto()
  const identity = attempt(() => readIdentity(stateDir))
  const firstRoot = attempt(() => readFirstRoot(config, identity.value, crypto))
  const machine = await readMachine(system, log)
  const journal = createJournal({
    dir: join(stateDir, 'journal'),
    now,
    bootId: machine?.bootId ?? 'unknown',
    limits: config.journal,
    timers,
    hasCenter: identity.value !== null,
    onEvent: service.tellSystem ?? null,
  })
  const record = (event: NewEvent) => {
    journal.append(event)
    if (mayBeMalware(event)) quarantine.nudge()
  }
  for (const { failure } of [identity, firstRoot]) {
    if (failure !== null) record({ kind: 'log.failure', subject: 'identity', data: { detail: failure } })
  }
  for (const event of tampered) record(event)
  const recent = (afterSeq = 0) => journal.list({ afterSeq, limit: recentLines })
  const notices = openNotices(join(stateDir, 'notices.json'), now)
  const notify = (notice: Notice) => {
    notices.add(notice)
    system.notify(notice).catch((error: unknown) => log.warn({ error: String(error) }, 'no notice could be shown'))
  }
  const guard = config.guard.enabled
    ? createGuard({ platform: system, record, notify, recent, now, log, timers })
    : idleGuard
  const quarantine = createQuarantine({
    platform: system,
    file: new KeptFile(policyDirOf(config), 'quarantine.json', recordSchema),
    crypto,
    terminal: terminalOf(config, identity.value),
    findCenter: () => findCenter(identity.value?.url ?? null),
    isConnected: () => uplink?.health().state === 'working',
    policy: () => policyStore.state().policy,
    record,
    notify,
    recent,
    randomId: () => randomBytes(4).toString('hex'),
    now,
    timers,
    log,
  })
  const policyStore = createPolicyStore({
    dir: policyDirOf(config),
    crypto,
    now,
    terminal: terminalOf(config, identity.value),
    firstRoot: firstRoot.value,
    record,
    enforce: async (state) => {
      await guard.apply(state)
      checks.policyChanged()
    },
    quarantine: (order) => quarantine.apply(order),
  })
  const ownSensors = () => [
    ...guard.sensors(),
    quarantine.sensor(),
    journal.health(),
    policyStore.health(),
    ...selfProtection.sensors(),
  ]
  const checks = buildChecks({
    config,
    system: currentSystem(),
    platform: system,
    journal: {
      last: () => journal.last(),
      unacknowledged: (fromSeq, max) => journal.unacknowledged(fromSeq, max),
      list: (filter) => journal.list(filter),
      health: () => journal.health(),
      summary: (since) => journal.summary(since),
      append: (event) => journal.append(event),
      appendAll: (events) => {
        const lines = journal.appendAll(events)
        if (events.some(mayBeMalware)) quarantine.nudge()
        return lines
      },
    },
    policyStore,
    sensors: ownSensors,
    plugged: () => guard.plugged(),
    quarantine: () => quarantine.status(),
    importScan: () => importScanFacts(guard.importScan()),
    hasCenter: identity.value !== null,
    uplink: () => uplink,
    releaseMemory: (turn) => releaseMemory(trimMemory, turn),
    inHand: () => guard.inHand(),
    bootId: machine?.bootId ?? 'unknown',
    now,
    timers,
    log,
  })
  const proofs = openProofBox({
    dir: join(stateDir, 'proofs'),
    ownKeys: () => listOwnKeys(stateDir, identity.value),
    record,
    now,
  })
  const sensors = () => [...ownSensors(), checks.sensor()]
  const uplink: Uplink | null =
    identity.value === null || machine === null
      ? null
      : createUplink({
          identity: identity.value,
          machine,
          agentVersion: version,
          journal,
          policy: policyStore,
          sensors,
          plugged: () => guard.plugged(),
          rescan: () => guard.rescan(),
          checks: {
            results: () => checks.results(),
            policyDigest: () => checks.policyDigest(),
            untoldFacts: (maxBytes) => checks.untoldFacts(maxBytes),
            noteTold: (check, hash) => checks.noteTold(check, hash),
            run: () => checks.run([]),
          },
          proofs,
          notify,
          now,
          nowMs: () => performance.now(),
          random: Math.random,
          timers,
          log,
        })
  return createAgent({
    doors,
    hostname: machine?.hostname ?? hostname(),
    os: machine?.os ?? '',
    isEnrolled: identity.value !== null,
    isGuardEnabled: config.guard.enabled,
    journal,
    policyStore,
    guard,
    checks,
    selfProtection,
    quarantine,
    proofs,
    sensors,
    uplink,
    notices,
    now,
    timers,
    log,
  })
}

/** Files that are damaged cost the connection or new policies, never the guard: it starts with what can be read. */
function attempt<T>(read: () => T | null): Readonly<{ value: T | null; failure: string | null }> {
  try {
    return { value: read(), failure: null }
  } catch (error) {
    return { value: null, failure: error instanceof Error ? error.message : String(error) }
  }
}

/** In place of the guard where the settings switch it off. */
const idleGuard: AgentGuard = {
  start: async () => undefined,
  stop: async () => null,
  apply: async () => undefined,
  plugged: () => [],
  sensors: () => [{ id: 'guard', state: 'off', lastAt: null, detail: 'switched off in the settings' }],
  rescan: async () => undefined,
  inHand: () => null,
  importScan: () => null,
  onChange: () => undefined,
}

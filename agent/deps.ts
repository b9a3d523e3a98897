import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import { join, resolve, sep } from 'node:path'
import { isSea } from 'node:sea'
import type { System } from '../src/checks/check.ts'
import { createCrypto } from '../src/crypto.ts'
import { TanmoriError } from '../src/errors.ts'
import { createLog, type Log, silentLog } from '../src/log.ts'
import type { NewEvent } from '../src/protocol/events.ts'
import { version } from '../src/version.ts'
import { type Agent, type AgentGuard, createAgent } from './agent.ts'
import { buildChecks } from './checks/build.ts'
import type { AgentConfig } from './config.ts'
import type { ControlDoors, Door } from './control/doors.ts'
import { createUnixDoors } from './control/unix-doors.ts'
import { createGuard } from './guard/guard.ts'
import { importScanFacts } from './guard/import-scan/facts.ts'
import { findCenter } from './guard/quarantine/destinations.ts'
import { mayBeMalware } from './guard/quarantine/malware.ts'
import { createQuarantine } from './guard/quarantine/quarantine.ts'
import { recordSchema } from './guard/quarantine/record.ts'
import { readIdentity } from './identity.ts'
import { createJournal } from './journal/journal.ts'
import { recordAlone } from './journal/record-alone.ts'
import { openNotices } from './notices.ts'
import type { Machine, Notice, Platform } from './platform/platform.ts'
import type { Prober } from './platform/prober.ts'
import { KeptFile } from './policy-files.ts'
import { createPolicyStore } from './policy-store.ts'
import { openProofBox } from './prove/box.ts'
import { releaseMemory } from './release-memory.ts'
import { listOwnKeys } from './report/terminal-key.ts'
import { noSelfProtection, type SelfProtection } from './self-protection.ts'
import type { OwnService, ServiceHost } from './service-host.ts'
import { createTimers } from './timers.ts'
import { policyDirOf, readFirstRoot, terminalOf } from './trust.ts'
import { createUplink, type Uplink } from './uplink/uplink.ts'

/** What the agent's parts get of whoever started it; a command that only looks has neither log nor events. */
export type ServiceContext = Pick<ServiceHost, 'systemdSocketCount'> &
  Partial<Pick<ServiceHost, 'writeLog' | 'events' | 'tellSystem'>>

/** More than the devices that can be told of between two keepings of the guard's memory. */
const recentLines = 500

/** sd_listen_fds(3): the first socket handed over */
const firstSystemdFd = 3

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

/**
 * One line in the journal of this terminal, where no agent runs that would write it. Null: it has no journal.
 * @throws TanmoriError `platform.failed` where an agent runs after all, `journal.full` where it cannot be written
 */
export async function recordWithoutAgent(
  config: AgentConfig,
  eventOf: (hostname: string) => NewEvent,
): Promise<number | null> {
  const dir = join(config.places.stateDir, 'journal')
  if (!existsSync(dir)) return null
  const machine = await readMachine(await createPlatform(config, { systemdSocketCount: 0 }), silentLog)
  const doors = await createControlDoors(config)
  const place = { dir, doors, bootId: machine?.bootId ?? 'unknown', limits: config.journal, now: () => new Date() }
  return recordAlone(place, eventOf(machine?.hostname ?? hostname()))
}

/** @throws TanmoriError `platform.unsupported` */
export async function createPlatform(
  config: AgentConfig,
  { systemdSocketCount, events }: ServiceContext,
): Promise<Platform> {
  const { systemRoot } = config.guard
  const { stateDir: stateFolder } = config.places
  if (process.platform === 'win32') {
    const { createWindowsPlatform } = await import('./platform/windows/platform.ts')
    return createWindowsPlatform({ stateFolder, self: selfCommand(), events: events ?? null })
  }
  if (process.platform !== 'linux') {
    throw new TanmoriError('platform.unsupported', `wanted Linux or Windows, came ${process.platform}`)
  }
  const { createLinuxPlatform } = await import('./platform/linux/platform.ts')
  const { rootsUnder, systemRoots } = await import('./platform/linux/roots.ts')
  return createLinuxPlatform({
    stateFolder,
    inheritedSocketFd: systemdSocketCount > 0 ? firstSystemdFd : null,
    roots: systemRoot === null ? systemRoots : rootsUnder(systemRoot),
    self: selfCommand(),
  })
}

/** What `doctor --prove` needs beyond it. @throws TanmoriError `platform.unsupported` */
export async function createProber(config: AgentConfig): Promise<Prober> {
  const { systemRoot } = config.guard
  if (process.platform === 'win32') {
    const { createWindowsProber } = await import('./platform/windows/prober.ts')
    return createWindowsProber(config.places)
  }
  if (process.platform !== 'linux') {
    throw new TanmoriError('platform.unsupported', `wanted Linux or Windows, came ${process.platform}`)
  }
  const { createLinuxProber } = await import('./platform/linux/prober.ts')
  const { rootsUnder, systemRoots } = await import('./platform/linux/roots.ts')
  return createLinuxProber(systemRoot === null ? systemRoots : rootsUnder(systemRoot))
}

async function createControlDoors({ places }: AgentConfig): Promise<ControlDoors> {
  if (process.platform !== 'win32') return createUnixDoors(places.runDir)
  const { createPipeDoors } = await import('./platform/windows/pipe-doors.ts')
  return createPipeDoors(places.runDir, places.stateDir)
}

/** Before a command keeps anything secret: on Windows a file is as open as its folder. */
export async function protectPlaces(config: AgentConfig): Promise<void> {
  const protection = await createSelfProtection(config, { systemdSocketCount: 0 })
  protection.protectPlaces()
}

async function createSelfProtection(config: AgentConfig, service: ServiceContext): Promise<SelfProtection> {
  if (process.platform !== 'win32') return noSelfProtection
  const windows = await import('./platform/windows/self-protection.ts')
  const { ownSidOfTrial } = await import('./platform/windows/pipe-doors.ts')
  const { configDir, configFile, runDir, stateDir } = config.places
  const runsAs = ownSidOfTrial(runDir)
  const isService = service.events !== null && service.events !== undefined
  const place = runsAs === null ? [] : ['--config', configFile]
  return windows.createSelfProtection({
    folders:
      runsAs !== null ? [stateDir] : stateDir.startsWith(join(configDir, sep)) ? [configDir] : [configDir, stateDir],
    stateDir,
    runsAs,
    configure: isService ? [...selfCommand(), ...place, 'service', 'configure', '--json'] : null,
  })
}

/** @throws TanmoriError `not-running` */
export async function connectPipeDoor(runDir: string, door: Door): Promise<Socket> {
  const pipes = await import('./platform/windows/pipe-doors.ts')
  return pipes.connectPipeDoor(runDir, door)
}

/** Null where services are another program's to keep (systemd). `configFile` goes into its command line. */
export async function openOwnService(configFile: string | null): Promise<OwnService | null> {
  if (process.platform !== 'win32') return null
  const { createOwnService } = await import('./platform/windows/own-service.ts')
  const place = configFile === null ? [] : ['--config', resolve(configFile)]
  return createOwnService([...selfCommand(), ...place, 'service'])
}

async function loadTrimMemory(): Promise<() => void> {
  if (process.platform === 'win32') return (await import('./platform/windows/trim-memory.ts')).trimMemory
  const { trimMemory } = await import('./platform/linux/trim-memory.ts')
  return trimMemory
}

/** What starts this program again: the executable by itself, or Node with the source. */
function selfCommand(): readonly string[] {
  return isSea() ? [process.execPath] : [process.execPath, '--no-warnings', join(import.meta.dirname, 'main.ts')]
}

/** Which readings of a check are meant. */
export function currentSystem(): System {
  return process.platform === 'win32' ? 'windows' : 'linux'
}

/** Files that are damaged cost the connection or new policies, never the guard: it starts with what can be read. */
function attempt<T>(read: () => T | null): Readonly<{ value: T | null; failure: string | null }> {
  try {
    return { value: read(), failure: null }
  } catch (error) {
    return { value: null, failure: error instanceof Error ? error.message : String(error) }
  }
}

/** A machine that cannot say who it is still guards; it does not connect, since it would pass for a clone. */
async function readMachine(platform: Platform, log: Log): Promise<Machine | null> {
  try {
    return await platform.readMachine()
  } catch (error) {
    log.error({ error: String(error) }, 'the machine could not be identified: no connection to the center')
    return null
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

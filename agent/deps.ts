import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import { join, resolve, sep } from 'node:path'
import { isSea } from 'node:sea'
import type { System } from '../src/checks/check.ts'
import { TanmoriError } from '../src/errors.ts'
import { type Log, silentLog } from '../src/log.ts'
import type { NewEvent } from '../src/protocol/events.ts'
import type { AgentConfig } from './config.ts'
import type { ControlDoors, Door } from './control/doors.ts'
import { createUnixDoors } from './control/unix-doors.ts'
import { recordAlone } from './journal/record-alone.ts'
import type { Machine, Platform } from './platform/platform.ts'
import type { Prober } from './platform/prober.ts'
import { noSelfProtection, type SelfProtection } from './self-protection.ts'
import type { OwnService, ServiceHost } from './service-host.ts'

/** What the agent's parts get of whoever started it; a command that only looks has neither log nor events. */
export type ServiceContext = Pick<ServiceHost, 'systemdSocketCount'> &
  Partial<Pick<ServiceHost, 'writeLog' | 'events' | 'tellSystem'>>

/** sd_listen_fds(3): the first socket handed over */
const firstSystemdFd = 3

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

export async function createControlDoors({ places }: AgentConfig): Promise<ControlDoors> {
  if (process.platform !== 'win32') return createUnixDoors(places.runDir)
  const { createPipeDoors } = await import('./platform/windows/pipe-doors.ts')
  return createPipeDoors(places.runDir, places.stateDir)
}

/** Before a command keeps anything secret: on Windows a file is as open as its folder. */
export async function protectPlaces(config: AgentConfig): Promise<void> {
  const protection = await createSelfProtection(config, { systemdSocketCount: 0 })
  protection.protectPlaces()
}

export async function createSelfProtection(config: AgentConfig, service: ServiceContext): Promise<SelfProtection> {
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

export async function loadTrimMemory(): Promise<() => void> {
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

/** A machine that cannot say who it is still guards; it does not connect, since it would pass for a clone. */
export async function readMachine(platform: Platform, log: Log): Promise<Machine | null> {
  try {
    return await platform.readMachine()
  } catch (error) {
    log.error({ error: String(error) }, 'the machine could not be identified: no connection to the center')
    return null
  }
}

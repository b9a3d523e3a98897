import { networkInterfaces } from 'node:os'
import type { Platform, Stoppable } from '../platform.ts'
import type { SystemEvents } from '../system-events.ts'
import { createDefender, type ProgramEnd } from './defender.ts'
import { createNotifier } from './notices.ts'
import { readOwnFiles } from './own-files.ts'
import { runLimited } from './readings-command.ts'
import { readResolvers } from './resolvers.ts'
import { readSessions } from './sessions.ts'
import { watchChanges } from './watch-changes.ts'
import { subscribeNetworkChanges } from './win32/network-changes.ts'
import { createRegistry } from './win32/registry.ts'
import { verifyTrust } from './win32/trust.ts'
import { createSessionService } from './win32/wts.ts'

type HostPart = Pick<
  Platform,
  'scanner' | 'readResolvers' | 'readSessions' | 'notify' | 'watchChanges' | 'readOwnFiles'
>

/** An order for a scan has its own limit of time; none is given longer than this. */
const maxScanMs = 6 * 3_600_000
const maxScanOutputBytes = 1_048_576

/** People, notices, network and own files of this Windows. */
export function createHost(events: SystemEvents | null): HostPart {
  const service = createSessionService()
  const registry = createRegistry()
  const sessions = { service, registry }
  const sources = {
    subscribeNetwork: subscribeNetworkChanges,
    readNetwork: () => JSON.stringify([networkInterfaces(), readResolvers()]),
    readSessions: async () => JSON.stringify(await readSessions(sessions)),
    events,
    timers: { every },
  }
  return {
    scanner: createDefender({ registry, run: runScan }),
    readResolvers: async () => readResolvers(),
    readSessions: () => readSessions(sessions),
    notify: createNotifier({ service, now: () => new Date() }),
    watchChanges: (what, onChange) => watchChanges(sources, what, onChange),
    readOwnFiles: () => readOwnFiles({ executable: process.execPath, registry, verifyTrust }),
  }
}

async function runScan(command: readonly string[], signal: AbortSignal): Promise<ProgramEnd> {
  const raw = await runLimited(command, { timeoutMs: maxScanMs, maxBytes: maxScanOutputBytes, signal })
  if (raw.kind === 'command') return { text: `${raw.stdout}\n${raw.stderr}`, code: raw.code }
  if (raw.kind !== 'failed') return { failure: 'failed', detail: raw.kind }
  return { failure: raw.reason === 'timeout' ? 'timeout' : 'failed', detail: raw.detail }
}

function every(delayMs: number, run: () => void): Stoppable {
  const timer = setInterval(run, delayMs).unref()
  return { stop: () => clearInterval(timer) }
}

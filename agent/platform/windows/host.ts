import { networkInterfaces } from 'node:os'
import type { Platform, Stoppable } from '../platform.ts'
import type { SystemEvents } from '../system-events.ts'
import { createNotifier } from './notices.ts'
import { readOwnFiles } from './own-files.ts'
import { readResolvers } from './resolvers.ts'
import { readSessions } from './sessions.ts'
import { watchChanges } from './watch-changes.ts'
import { subscribeNetworkChanges } from './win32/network-changes.ts'
import { createRegistry } from './win32/registry.ts'
import { verifyTrust } from './win32/trust.ts'
import { createSessionService } from './win32/wts.ts'

type HostPart = Pick<Platform, 'readResolvers' | 'readSessions' | 'notify' | 'watchChanges' | 'readOwnFiles'>

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
    readResolvers: async () => readResolvers(),
    readSessions: () => readSessions(sessions),
    notify: createNotifier({ service, now: () => new Date() }),
    watchChanges: (what, onChange) => watchChanges(sources, what, onChange),
    readOwnFiles: () => readOwnFiles({ executable: process.execPath, registry, verifyTrust }),
  }
}

function every(delayMs: number, run: () => void): Stoppable {
  const timer = setInterval(run, delayMs).unref()
  return { stop: () => clearInterval(timer) }
}

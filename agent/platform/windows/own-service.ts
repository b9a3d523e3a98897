import { setTimeout as sleep } from 'node:timers/promises'
import { TanmoriError } from '../../../src/errors.ts'
import type { OwnService, ServiceChanges, ServiceState } from '../../service-host.ts'
import { registerEventSource, removeEventSource } from './event-source.ts'
import {
  buildImagePath,
  compareServiceConfig,
  configItems,
  listUnreadable,
  serviceName,
  wantedServiceConfig,
} from './service-config.ts'
import { createRegistry } from './win32/registry.ts'
import { openServiceControlManager, type ServiceControlManager } from './win32/scm.ts'

/** A service that neither runs nor ends within this time is told as it is; a machine that has just started is slow. */
const waitMs = 120_000
const pollMs = 200

/** `program`: what the service control manager starts, with its arguments. */
export function createOwnService(program: readonly string[]): OwnService {
  const wanted = wantedServiceConfig(buildImagePath(program))
  const manager = openServiceControlManager()

  function configure(isNew: boolean): ServiceChanges {
    const before = manager.read(serviceName)
    if (before === null) throw new TanmoriError('not-running', `the service ${serviceName} is not installed`)
    const changed = compareServiceConfig(wanted, before)
    const refused = configItems.flatMap((item) => {
      if (before[item] !== null && !changed.some((one) => one.item === item)) return []
      const code = manager.write(serviceName, wanted, item)
      return code === null ? [] : [{ item, detail: `Windows error ${code}` }]
    })
    const after = manager.read(serviceName) ?? before
    const unheld = [...compareServiceConfig(wanted, after).map(({ item }) => item), ...listUnreadable(after)]
    return { isNew, changed, refused, unheld }
  }

  return {
    install() {
      const isNew = manager.create(serviceName, wanted)
      registerEventSource(createRegistry())
      return configure(isNew)
    },
    configure: () => {
      const changes = configure(false)
      registerEventSource(createRegistry())
      return changes
    },
    async uninstall() {
      if (readState(manager).state === 'missing') return false
      if (readState(manager).state !== 'stopped') {
        manager.stop(serviceName)
        await waitFor(manager, 'stopped')
      }
      const isRemoved = manager.remove(serviceName)
      removeEventSource(createRegistry())
      return isRemoved
    },
    async start() {
      manager.start(serviceName)
      return waitFor(manager, 'running')
    },
    async stop() {
      manager.stop(serviceName)
      return waitFor(manager, 'stopped')
    },
    status: () => readState(manager),
  }
}

/** Ends with the state that was reached: `wanted`, or whatever it rests in. */
async function waitFor(manager: ServiceControlManager, wanted: 'running' | 'stopped'): Promise<ServiceState> {
  const end = performance.now() + waitMs
  for (;;) {
    const current = readState(manager)
    const isResting = current.state !== 'starting' && current.state !== 'stopping'
    const isMoving = wanted === 'stopped' && current.state === 'running' // it has not taken the control yet
    if (current.state === wanted || (isResting && !isMoving) || performance.now() > end) return current
    await sleep(pollMs)
  }
}

/** SERVICE_STATUS_PROCESS.dwCurrentState (winsvc.h); 5 to 7 are about pausing, which this service does not. */
const stateNames: Readonly<Record<number, ServiceState['state']>> = {
  1: 'stopped',
  2: 'starting',
  3: 'stopping',
  4: 'running',
}

function readState(manager: ServiceControlManager): ServiceState {
  const found = manager.readState(serviceName)
  if (found === null) return { state: 'missing', pid: null, exitCode: null }
  const state = stateNames[found.state] ?? 'other'
  return { state, pid: found.pid === 0 ? null : found.pid, exitCode: state === 'stopped' ? found.win32ExitCode : null }
}

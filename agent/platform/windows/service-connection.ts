import type { ServiceConnection, ServiceNotes, ServiceStart } from '../../service-host.ts'
import { serviceEntries } from './event-ids.ts'
import { serviceName } from './service-config.ts'
import { openEventLog } from './win32/event-log.ts'
import { connectServiceControl } from './win32/service.ts'

/** How long the end of the service waits for what the Event Log was told. */
const flushMs = 2_000

/** Notes wait until there is a log. */
export function startService(): ServiceStart {
  const waiting: Parameters<ServiceNotes>[] = []
  let take: ServiceNotes = (...note) => waiting.push(note)
  return {
    connection: connectService(serviceName, (...note) => take(...note)),
    onNote(taker) {
      take = taker
      for (const note of waiting.splice(0)) take(...note)
    },
  }
}

/** The control manager and the Event Log together: what a service of Windows reports to. Null: started by hand. */
async function connectService(name: string, note: ServiceNotes): Promise<ServiceConnection | null> {
  const control = await connectServiceControl(name, note)
  if (control === null) return null
  const log = openEventLog(() => performance.now())
  process.on('uncaughtExceptionMonitor', (error) => {
    note({ error: error.stack ?? String(error) }, 'the service ends by a fault')
    log.reportNow(serviceEntries.ended, error.message)
  })
  return {
    untilStopped: control.untilStopped,
    running: control.running,
    async stopped(exitStatus) {
      await log.flush(flushMs)
      control.stopped(exitStatus)
    },
    events: control.events,
    tellSystem: log.tell,
    failedToStart: (error) => log.report(serviceEntries.notStarted, error),
  }
}

import type { ServiceConnection, ServiceNotes } from '../../service-host.ts'
import { serviceEntries } from './event-ids.ts'
import { openEventLog } from './win32/event-log.ts'
import { connectServiceControl } from './win32/service.ts'

/** How long the end of the service waits for what the Event Log was told. */
const flushMs = 2_000

/** The control manager and the Event Log together: what a service of Windows reports to. Null: started by hand. */
export async function connectService(name: string, note: ServiceNotes): Promise<ServiceConnection | null> {
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

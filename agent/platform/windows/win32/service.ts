import koffi from 'koffi'
import type { ServiceNotes } from '../../../service-host.ts'
import { createSystemEventSource, type SystemEvents } from '../../system-events.ts'
import { maxEventBytes, parseControl } from '../service-control.ts'
import { checkpointMs, decideStatus, encodeStatus, firstStatus, type ServicePhase } from '../service-status.ts'
import { loadSystemLibrary, readLastError } from './library.ts'

export type ControlConnection = Readonly<{
  /** Resolves with what asked for the end: `stop`, `shutdown`, `preshutdown`. */
  untilStopped(): Promise<string>
  /** The service protects from now on. */
  running(): void
  /** The last call of all: an installer replaces the executable as soon as it sees STOPPED, so the process ends in it. */
  stopped(exitStatus: number): void
  events: SystemEvents
}>

const answers = { done: 0, callNotImplemented: 120 } as const

/**
 * Asks the service control manager for this process's service. Null where it did not start this process: of the errors
 * of StartServiceCtrlDispatcherW only ERROR_FAILED_SERVICE_CONTROLLER_CONNECT (1063) can befall a right table at once.
 * The dispatcher holds one of the thread pool's workers for as long as the service runs.
 */
export function connectServiceControl(name: string, note: ServiceNotes): Promise<ControlConnection | null> {
  const api = bindService()
  const events = createSystemEventSource((error) =>
    note({ error: String(error) }, 'a listener of system events failed'),
  )
  return new Promise((resolve) => {
    let session: Session | null = null
    const takeControl = koffi.register((control: number, eventType: number, data: unknown) => {
      return session?.take(control, eventType, readEventData(data)) ?? answers.callNotImplemented
    }, 'ServiceHandler *')
    const serviceMain = koffi.register(() => {
      const handle = api.registerHandler(name, takeControl, null)
      if (handle === 0) {
        note({ code: readLastError() }, 'the service control handler was refused')
        return
      }
      session = createSession(api, handle, events.tell, note)
      resolve({ ...session.connection, events })
    }, 'ServiceMain *')
    const table = [
      { name, proc: serviceMain },
      { name: null, proc: null },
    ]
    api.dispatch.async(table, (error: unknown, isConnected: number) => {
      if (error !== null && error !== undefined) note({ error: String(error) }, 'the service dispatcher failed')
      if (isConnected === 0 && session === null) resolve(null)
    })
  })
}

type Api = ReturnType<typeof bindService>
type Session = Readonly<{
  connection: Omit<ControlConnection, 'events'>
  /** Answers HandlerEx at once: the control manager's thread waits for it. */
  take(control: number, eventType: number, data: Buffer | null): number
}>

function createSession(
  api: Api,
  handle: number | bigint,
  tell: ReturnType<typeof createSystemEventSource>['tell'],
  note: ServiceNotes,
): Session {
  let status = firstStatus
  const report = () => {
    if (api.setStatus(handle, encodeStatus(status)) === 0) {
      note({ code: readLastError(), phase: status.phase }, 'the service status was refused')
    }
  }
  const enter = (phase: ServicePhase, exitStatus = 0) => {
    const decided = decideStatus(status, phase, exitStatus)
    if (decided === null) return
    status = decided
    report()
  }
  report()
  watchDeviceInterfaces(api, handle, note)
  const ticking = setInterval(() => {
    if (status.phase === 'starting' || status.phase === 'stopping') enter(status.phase)
  }, checkpointMs)
  const stop = Promise.withResolvers<string>()

  return {
    connection: {
      untilStopped: () => stop.promise,
      running: () => enter('running'),
      stopped(exitStatus) {
        clearInterval(ticking)
        enter('stopped', exitStatus)
        api.terminate(currentProcess, exitStatus)
      },
    },
    take(control, eventType, data) {
      const answer = parseControl(control, eventType, data)
      switch (answer.kind) {
        case 'stop':
          setImmediate(() => {
            enter('stopping')
            stop.resolve(answer.reason)
          })
          return answers.done
        case 'event':
          setImmediate(() => tell(answer.event))
          return answers.done
        case 'nothing':
          return answers.done
        case 'unknown':
          return answers.callNotImplemented
        default:
          return answer satisfies never
      }
    },
  }
}

/** GetCurrentProcess is this constant. */
const currentProcess = -1

/** The structure lives as long as the callback: it is copied. Its first number is its size. */
function readEventData(pointer: unknown): Buffer | null {
  if (pointer === null || pointer === undefined) return null
  const size: unknown = koffi.decode(pointer, 'uint32_t')
  if (typeof size !== 'number' || size < 4) return null
  const bytes: unknown = koffi.decode(pointer, 'uint8_t', Math.min(size, maxEventBytes))
  return bytes instanceof Uint8Array ? Buffer.from(bytes) : null
}

/** DEVICE_NOTIFY_SERVICE_HANDLE | DEVICE_NOTIFY_ALL_INTERFACE_CLASSES (winuser.h): the class in the filter is ignored. */
const serviceHandleAllClasses = 0x1 | 0x4

function watchDeviceInterfaces(api: Api, handle: number | bigint, note: ServiceNotes): void {
  const filter = Buffer.alloc(32) // DEV_BROADCAST_DEVICEINTERFACE_W with one character of name
  filter.writeUInt32LE(filter.length, 0)
  filter.writeUInt32LE(5, 4)
  if (api.registerDeviceNotification(handle, filter, serviceHandleAllClasses) === 0) {
    note({ code: readLastError() }, 'device events of the service control manager are not to be had')
  }
}

function bindService() {
  const advapi = loadSystemLibrary('advapi32')
  const kernel = loadSystemLibrary('kernel32')
  koffi.proto('void __stdcall ServiceMain(uint32_t count, void *arguments)')
  koffi.proto('uint32_t __stdcall ServiceHandler(uint32_t control, uint32_t eventType, void *data, void *context)')
  koffi.struct('ServiceTableEntry', { name: 'str16', proc: 'ServiceMain *' })
  const dispatch = advapi.func('int __stdcall StartServiceCtrlDispatcherW(ServiceTableEntry *table)')
  const registerHandler: (name: string, handler: unknown, context: null) => number | bigint = advapi.func(
    'uintptr_t __stdcall RegisterServiceCtrlHandlerExW(str16 name, ServiceHandler *handler, void *context)',
  )
  const setStatus: (handle: number | bigint, status: Buffer) => number = advapi.func(
    'int __stdcall SetServiceStatus(uintptr_t handle, void *status)',
  )
  const terminate: (process: number, code: number) => number = kernel.func(
    'int __stdcall TerminateProcess(intptr_t process, uint32_t code)',
  )
  const registerDeviceNotification: (recipient: number | bigint, filter: Buffer, flags: number) => number | bigint =
    loadSystemLibrary('user32').func(
      'uintptr_t __stdcall RegisterDeviceNotificationW(uintptr_t recipient, void *filter, uint32_t flags)',
    )
  return { dispatch, registerHandler, setStatus, terminate, registerDeviceNotification }
}

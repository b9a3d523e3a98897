import type { DeviceEvent, PowerEvent, SessionEvent, SystemEvent } from '../system-events.ts'

/** Controls that a service's HandlerEx gets (winsvc.h; learn.microsoft.com, "LPHANDLER_FUNCTION_EX callback function"). */
export const controls = {
  stop: 1,
  interrogate: 4,
  shutdown: 5,
  deviceEvent: 11,
  powerEvent: 13,
  sessionChange: 14,
  preshutdown: 15,
} as const

export type ControlAnswer =
  | Readonly<{ kind: 'stop'; reason: 'stop' | 'shutdown' | 'preshutdown' }>
  | Readonly<{ kind: 'event'; event: SystemEvent }>
  | Readonly<{ kind: 'nothing' }>
  | Readonly<{ kind: 'unknown' }>

/**
 * What a control asks for. `data` is the structure that came with it, whose first number is its own size, or null.
 * Anything that only informs is answered "done": a service that refuses a power or device query would hold it up.
 */
export function parseControl(control: number, eventType: number, data: Buffer | null): ControlAnswer {
  switch (control) {
    case controls.stop:
      return { kind: 'stop', reason: 'stop' }
    case controls.shutdown:
      return { kind: 'stop', reason: 'shutdown' }
    case controls.preshutdown:
      return { kind: 'stop', reason: 'preshutdown' }
    case controls.interrogate:
      return { kind: 'nothing' }
    case controls.sessionChange:
      return { kind: 'event', event: parseSession(eventType, data) }
    case controls.powerEvent:
      return { kind: 'event', event: parsePower(eventType) }
    case controls.deviceEvent:
      return { kind: 'event', event: parseDevice(eventType, data) }
    default:
      return { kind: 'unknown' }
  }
}

/** Bytes of an event's structure that are looked at; a device's path is at most 32,767 characters, and never that long. */
export const maxEventBytes = 4_096

/** Status codes of WM_WTSSESSION_CHANGE. */
const sessionChanges: Readonly<Record<number, SessionEvent['change']>> = {
  1: 'connected',
  2: 'disconnected',
  3: 'remote-connected',
  4: 'remote-disconnected',
  5: 'signed-in',
  6: 'signed-out',
  7: 'locked',
  8: 'unlocked',
}
/** WM_POWERBROADCAST: suspend 4, resume of a user 7, automatic resume 18, status of the source 10. */
const powerChanges: Readonly<Record<number, PowerEvent['change']>> = {
  4: 'suspending',
  7: 'resumed',
  10: 'source-changed',
  18: 'resumed',
}
/** WM_DEVICECHANGE: arrival 0x8000, removal complete 0x8004. */
const deviceChanges: Readonly<Record<number, DeviceEvent['change']>> = { 32768: 'arrived', 32772: 'removed' }

/** WTSSESSION_NOTIFICATION: size, session id. */
function parseSession(eventType: number, data: Buffer | null): SessionEvent {
  const sessionId = data !== null && data.length >= 8 ? data.readUInt32LE(4) : 0
  return { kind: 'session', change: sessionChanges[eventType] ?? 'other', sessionId }
}

function parsePower(eventType: number): PowerEvent {
  return { kind: 'power', change: powerChanges[eventType] ?? 'other' }
}

const deviceInterfaceType = 5
const nameOffset = 28

/** DEV_BROADCAST_DEVICEINTERFACE_W: size, type, reserved, class GUID (16 bytes), name until a zero. */
function parseDevice(eventType: number, data: Buffer | null): DeviceEvent {
  const change = deviceChanges[eventType] ?? 'other'
  const isInterface = data !== null && data.length >= nameOffset && data.readUInt32LE(4) === deviceInterfaceType
  if (!isInterface) return { kind: 'device', change, interfaceClass: null, path: '' }
  const whole = data.length - ((data.length - nameOffset) % 2)
  const path = data.toString('utf16le', nameOffset, whole).split('\0', 1)[0] ?? ''
  return { kind: 'device', change, interfaceClass: formatGuid(data.subarray(12, 28)), path }
}

/** The first three parts lie little-endian (guiddef.h). */
function formatGuid(bytes: Buffer): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  const tail = bytes.toString('hex', 8)
  const head = [hex(bytes.readUInt32LE(0), 8), hex(bytes.readUInt16LE(4), 4), hex(bytes.readUInt16LE(6), 4)]
  return `{${head.join('-')}-${tail.slice(0, 4)}-${tail.slice(4)}}`
}

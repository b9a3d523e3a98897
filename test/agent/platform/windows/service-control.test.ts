import { describe, expect, it } from 'vitest'
import { type ControlAnswer, parseControl } from '../../../../agent/platform/windows/service-control.ts'

const session = Buffer.from([8, 0, 0, 0, 3, 0, 0, 0])

describe('what the service control manager asks', () => {
  it.each<readonly [string, number, number, Buffer | null, ControlAnswer]>([
    ['stop', 1, 0, null, { kind: 'stop', reason: 'stop' }],
    ['shutdown', 5, 0, null, { kind: 'stop', reason: 'shutdown' }],
    ['pre-shutdown', 15, 0, null, { kind: 'stop', reason: 'preshutdown' }],
    ['interrogate only wants an answer', 4, 0, null, { kind: 'nothing' }],
    ['a code that was not asked for is not taken', 2, 0, null, { kind: 'unknown' }],
    ['a code of somebody’s own is not taken', 200, 0, null, { kind: 'unknown' }],
    ['sign-in', 14, 5, session, { kind: 'event', event: { kind: 'session', change: 'signed-in', sessionId: 3 } }],
    ['lock', 14, 7, session, { kind: 'event', event: { kind: 'session', change: 'locked', sessionId: 3 } }],
    [
      'a session change of another sort',
      14,
      99,
      session,
      { kind: 'event', event: { kind: 'session', change: 'other', sessionId: 3 } },
    ],
    [
      'a session change that brings nothing',
      14,
      6,
      null,
      { kind: 'event', event: { kind: 'session', change: 'signed-out', sessionId: 0 } },
    ],
    ['suspend', 13, 4, null, { kind: 'event', event: { kind: 'power', change: 'suspending' } }],
    ['automatic resume', 13, 18, null, { kind: 'event', event: { kind: 'power', change: 'resumed' } }],
    ['a power setting', 13, 0x8013, null, { kind: 'event', event: { kind: 'power', change: 'other' } }],
  ])('%s', (_title, control, eventType, data, answer) => {
    expect(parseControl(control, eventType, data)).toEqual(answer)
  })

  it('a device arrives: the class of its interface and its path, until the ending zero', () => {
    const path = '\\\\?\\USB#VID_0781&PID_5567#4C53#{a5dcbf10-6530-11d2-901f-00c04fb951ed}'
    expect(parseControl(11, 0x8000, deviceInterface(`${path}\0rest`))).toEqual({
      kind: 'event',
      event: { kind: 'device', change: 'arrived', interfaceClass: '{a5dcbf10-6530-11d2-901f-00c04fb951ed}', path },
    })
  })

  it('a device leaves, and its structure was cut: what is there is told', () => {
    const cut = deviceInterface('\\\\?\\USB#VID').subarray(0, 33)
    expect(parseControl(11, 0x8004, cut)).toMatchObject({ event: { change: 'removed', path: '\\\\' } })
  })

  it('an event about a volume or a handle names no interface', () => {
    const volume = Buffer.alloc(32)
    volume.writeUInt32LE(2, 4)
    expect(parseControl(11, 0x8000, volume)).toMatchObject({ event: { interfaceClass: null, path: '' } })
    expect(parseControl(11, 0x8000, Buffer.alloc(4))).toMatchObject({ event: { interfaceClass: null, path: '' } })
  })
})

/** DEV_BROADCAST_DEVICEINTERFACE_W of GUID_DEVINTERFACE_USB_DEVICE. */
function deviceInterface(name: string): Buffer {
  const head = Buffer.alloc(28)
  head.writeUInt32LE(5, 4)
  Buffer.from('10bfdca530 65d211901f00c04fb951ed'.replace(' ', ''), 'hex').copy(head, 12)
  const bytes = Buffer.concat([head, Buffer.from(name, 'utf16le')])
  bytes.writeUInt32LE(bytes.length, 0)
  return bytes
}

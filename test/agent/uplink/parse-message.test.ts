import { describe, expect, it } from 'vitest'
import { parseMessage } from '../../../agent/uplink/parse-message.ts'

describe('parseMessage', () => {
  it('gives a message of the collector as it is', () => {
    expect(parseMessage(Buffer.from('{"type":"ack","upTo":7}'), false)).toEqual({ type: 'ack', upTo: 7 })
  })

  it.each([
    ['a binary frame', Buffer.from('{"type":"ack","upTo":7}'), true, 'wanted a text frame'],
    ['a frame in pieces', [Buffer.from('{')], false, 'wanted a text frame'],
    ['no JSON', Buffer.from('{'), false, 'wanted JSON'],
    ['an unknown type', Buffer.from('{"type":"reboot"}'), false, /^type: /],
    ['an unknown key', Buffer.from('{"type":"ack","upTo":1,"run":"rm"}'), false, /"run"/],
    ['a wrong type of value', Buffer.from('{"type":"ack","upTo":"all"}'), false, /^upTo: /],
  ])('refuses %s, and says why', (_what, data, isBinary, why) => {
    expect(() => parseMessage(data, isBinary)).toThrow(why)
    expect(() => parseMessage(data, isBinary)).toThrow(expect.objectContaining({ code: 'protocol.invalid' }))
  })
})

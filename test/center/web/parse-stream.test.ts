import { describe, expect, it } from 'vitest'
import { parseLiveMessage } from '../../../src/center/web/live/live-message.ts'
import { createStreamParser } from '../../../src/center/web/live/parse-stream.ts'

const message = 'event: violation\nid: 12\ndata: {"a":1}\n\n'

describe('the live stream', () => {
  it('gives a message when it is whole, wherever the network cut it', () => {
    for (let cut = 1; cut < message.length; cut += 1) {
      const parse = createStreamParser()
      const messages = [...parse(message.slice(0, cut)), ...parse(message.slice(cut))]
      expect(messages).toEqual([{ name: 'violation', id: '12', data: '{"a":1}' }])
    }
  })

  it('gives several messages of one piece in their order', () => {
    const names = createStreamParser()(`${message}event: resync\ndata: {}\n\n`).map(({ name }) => name)
    expect(names).toEqual(['violation', 'resync'])
  })

  it('passes over comments, which only keep it open', () => {
    expect(createStreamParser()(': \n\n')).toEqual([])
  })

  it('takes lines that end as on Windows, and data of several lines', () => {
    expect(createStreamParser()('data: one\r\ndata: two\r\n\r\n')).toEqual([
      { name: 'message', id: '', data: 'one\ntwo' },
    ])
  })

  it('refuses a message that never ends', () => {
    const parse = createStreamParser()
    const piece = 'x'.repeat(1_048_576)
    parse(piece)
    parse(piece)
    expect(() => parse(piece)).toThrow('never ends')
  })
})

describe('a message of the stream', () => {
  it('that cannot be read has everything fetched anew, so that nothing is missed', () => {
    expect(parseLiveMessage({ name: 'violation', id: '1', data: '{"not":"a row"}' })?.name).toBe('resync')
    expect(parseLiveMessage({ name: 'terminal', id: '', data: 'no JSON' })?.name).toBe('resync')
  })

  it('of a kind that is not known here is passed over', () => {
    expect(parseLiveMessage({ name: 'weather', id: '', data: '{}' })).toBe(null)
  })
})

import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventRowSchema } from '../../../src/center/api/contract.ts'
import { connect, createLines, enrol, type TestAgent } from '../support/agent.ts'
import { signIn, type TestBrowser } from '../support/browser.ts'
import { startCenter, type TestCenter } from '../support/center.ts'
import { signPolicy } from '../support/signed.ts'
import { until } from '../support/until.ts'

let center: TestCenter
let browser: TestBrowser
let agent: TestAgent
let lines = createLines(1)
beforeAll(async () => {
  center = await startCenter()
  browser = await signIn(center)
  agent = await connect(center, await enrol(center))
  await agent.next('welcome')
}, 60_000)
afterAll(() => center.end())

/** What a live stream has told so far. */
class Stream {
  readonly response: IncomingMessage
  #text = ''

  constructor(response: IncomingMessage) {
    this.response = response
    response.setEncoding('utf8')
    response.on('data', (chunk) => {
      this.#text += chunk
    })
  }

  events(name: string): readonly Readonly<{ id: string; data: unknown }>[] {
    return this.#text
      .split('\n\n')
      .slice(0, -1) // what is not whole yet
      .filter((block) => block.startsWith(`event: ${name}\n`))
      .map((block) => ({
        id: /^id: (.*)$/m.exec(block)?.[1] ?? '',
        data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null'),
      }))
  }
}

const open = async (headers: Readonly<Record<string, string>> = {}) =>
  new Stream(await browser.open('GET', '/api/live', undefined, headers))
const deliverNext = async () => {
  await agent.deliver(lines)
  lines = createLines(1, lines[0])
}

describe('GET /api/live', () => {
  it('tells a violation after it is stored, with its id', async () => {
    const stream = await open()
    await until(() => stream.events('resync').length === 1)
    await deliverNext()
    const [event] = await until(() => {
      const events = stream.events('violation')
      return events.length > 0 && events
    })
    expect(eventRowSchema.parse(event?.data)).toMatchObject({ kind: 'media.refused', terminalId: agent.terminalId })
    expect(event?.id).toBe(String(eventRowSchema.parse(event?.data).id))
    stream.response.destroy()
  })

  it('tells first what a stream that comes back has missed, and nothing twice', async () => {
    const last = await center.center.store.events.latestId()
    await deliverNext()
    await deliverNext()
    const stream = await open({ 'last-event-id': String(last) })
    await deliverNext()
    await until(() => stream.events('violation').length >= 3)
    const ids = stream.events('violation').map(({ id }) => Number(id))
    expect(ids).toEqual([last + 1, last + 2, last + 3])
    stream.response.destroy()
  })

  it('tells changes of terminals and the progress of documents', async () => {
    const stream = await open()
    await center.ask('document.push', { kind: 'policy', envelope: signPolicy(center.signers) })
    await until(() => stream.events('document-progress').length > 0)
    agent.close()
    const wanted = { id: agent.terminalId, state: 'silent', wantedPolicy: expect.objectContaining({ version: 1 }) }
    await expect
      .poll(() => stream.events('terminal').map(({ data }) => data))
      .toContainEqual(expect.objectContaining(wanted))
    stream.response.destroy()
  })

  it('tells what a terminal says of its devices and of its policy', async () => {
    const stream = await open()
    await until(() => stream.events('resync').length === 1)
    const told = await connect(center, await enrol(center))
    await told.next('welcome')
    const states = () => stream.events('terminal').filter(({ data }) => JSON.stringify(data).includes(told.terminalId))
    await until(() => states().length >= 1)
    const before = states().length
    told.send({ type: 'facts', check: 'device.plugged', readAt: new Date().toISOString(), facts: [] })
    await until(() => states().length > before)
    const at = '2026-01-01T00:00:00.000Z'
    const policy = { id: 'p', version: 3, mode: 'enforce', digest: 'a'.repeat(64), appliedAt: at, expires: at }
    told.send({ type: 'status', at, sensors: [], policy, pending: 0 })
    await until(() => states().some(({ data }) => JSON.stringify(data).includes('"version":3')))
    told.close()
    stream.response.destroy()
  })

  it('is refused to whoever is not signed in, and above the limit of streams', async () => {
    const streams = []
    for (let index = 0; index < 10; index += 1) streams.push(await open())
    expect(await browser.get('/api/live')).toMatchObject({ status: 429, body: { code: 'rate' } })
    for (const { response } of streams) response.destroy()
    await browser.call('DELETE', '/api/session')
    expect(await browser.get('/api/live')).toMatchObject({ status: 401 })
  })

  it('ends with its session', async () => {
    browser = await signIn(center)
    const stream = await open()
    const ended = new Promise((resolve) => stream.response.once('close', resolve))
    await browser.call('DELETE', '/api/session')
    center.clock.advance(15_000)
    await ended
    expect(stream.response.complete).toBe(true)
  })

  it('ends where the store cannot say whether its session still holds', async () => {
    browser = await signIn(center)
    const stream = await open()
    const ended = new Promise((resolve) => stream.response.once('close', resolve))
    vi.spyOn(center.center.store.users, 'findSession').mockRejectedValueOnce(new Error('disk I/O error'))
    center.clock.advance(15_000)
    await ended
    expect(stream.response.complete).toBe(true)
  })
})

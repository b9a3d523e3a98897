import { connect as connectTcp } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connect, createLines, enrol, TestAgent } from '../support/agent.ts'
import { startCenter, type TestCenter } from '../support/center.ts'
import { signPolicy } from '../support/signed.ts'
import { until } from '../support/until.ts'

let center: TestCenter
beforeAll(async () => {
  center = await startCenter({ collectorLimits: { enrolPerMinute: 1_000, maxBufferedBytes: 3_000_000 } })
}, 60_000)
afterAll(() => center.end())

const findingsOf = async (terminalId: string) => {
  const { rows } = await center.center.store.events.list({ terminalId }, { limit: 200 })
  return rows.filter(({ source }) => source === 'collector').map(({ kind, data }) => ({ kind, reason: data.reason }))
}
const seqsOf = async (terminalId: string) => {
  const { rows } = await center.center.store.events.list({ terminalId }, { limit: 200 })
  return rows.filter(({ source }) => source === 'terminal').map(({ seq }) => seq)
}
const lastOf = <T>(rows: readonly T[]): T => {
  const row = rows.at(-1)
  if (row === undefined) throw new Error('no rows')
  return row
}

describe('a session', () => {
  it('acknowledges lines that are in the store by then, and asks for the next one after a reconnect', async () => {
    const enrolled = await enrol(center)
    const agent = await connect(center, enrolled)
    expect(await agent.next('welcome')).toMatchObject({ nextSeq: 1 })
    const lines = createLines(20)
    expect(await agent.deliver(lines)).toBe(20)
    expect(await seqsOf(agent.terminalId)).toHaveLength(20)
    agent.close()
    const again = await connect(center, enrolled, { lastSeq: 20, lastHash: lastOf(lines).hash })
    expect(await again.next('welcome')).toMatchObject({ nextSeq: 21 })
    again.close()
  })

  it('passes over lines that it holds already', async () => {
    const agent = await connect(center, await enrol(center))
    const lines = createLines(10)
    await agent.deliver(lines)
    expect(await agent.deliver(lines)).toBe(10)
    expect(await agent.deliver([...lines.slice(5), ...createLines(2, lastOf(lines))])).toBe(12)
    expect(await seqsOf(agent.terminalId)).toHaveLength(12)
    expect(await findingsOf(agent.terminalId)).toEqual([])
    agent.close()
  })

  it('asks again for lines that are missing, and raises journal.gap only when they do not come', async () => {
    const agent = await connect(center, await enrol(center))
    await agent.next('welcome')
    const lines = createLines(10)
    expect(await agent.deliver(lines.slice(0, 3))).toBe(3)
    expect(await agent.deliver(lines.slice(5))).toBe(3)
    expect(await agent.next('welcome')).toMatchObject({ nextSeq: 4 })
    expect(await findingsOf(agent.terminalId)).toEqual([])
    expect(await agent.deliver(lines.slice(5))).toBe(10)
    expect(await findingsOf(agent.terminalId)).toEqual([{ kind: 'journal.gap', reason: 'gap' }])
    expect(await center.center.store.terminals.find(agent.terminalId)).toMatchObject({
      head: { seq: 10, state: 'broken', detail: 'lines 4 to 5 are missing' },
    })
    agent.close()
  })

  it('keeps both of two lines with one number, and raises journal.fork', async () => {
    const agent = await connect(center, await enrol(center))
    const lines = createLines(5)
    await agent.deliver(lines)
    const other = createLines(3, lines[1], { subject: 'another history' })
    expect(await agent.deliver(other)).toBe(5)
    expect(await findingsOf(agent.terminalId)).toEqual([{ kind: 'journal.fork', reason: 'other-line' }])
    expect((await seqsOf(agent.terminalId)).toSorted()).toEqual([1, 2, 3, 3, 4, 4, 5, 5])
    agent.close()
  })

  it('raises journal.fork for a line whose content was altered', async () => {
    const agent = await connect(center, await enrol(center))
    await agent.deliver([{ ...lastOf(createLines(1)), subject: 'nothing happened' }])
    expect(await findingsOf(agent.terminalId)).toEqual([{ kind: 'journal.fork', reason: 'altered' }])
    agent.close()
  })

  it('raises journal.fork for a journal that is behind what is held, and takes what it tells again', async () => {
    const enrolled = await enrol(center)
    const agent = await connect(center, enrolled)
    const lines = createLines(10)
    await agent.deliver(lines)
    agent.close()
    const old = { seq: 4, hash: lines[3]?.hash ?? '' }
    const back = await connect(center, enrolled, { lastSeq: old.seq, lastHash: old.hash })
    expect(await back.next('welcome')).toMatchObject({ nextSeq: 11 })
    const resumed = createLines(1, { seq: 10, hash: old.hash }, { kind: 'log.failure', data: { lastSeq: 4 } })
    expect(await back.deliver(resumed)).toBe(11)
    expect(await findingsOf(back.terminalId)).toEqual([{ kind: 'journal.fork', reason: 'behind' }])
    back.close()
  })

  it('lets the newest session of a terminal win', async () => {
    const enrolled = await enrol(center)
    const first = await connect(center, enrolled)
    await first.next('welcome')
    const second = await connect(center, enrolled)
    await second.next('welcome')
    expect(await first.closed).toMatchObject({ reason: 'terminal.replaced' })
    expect(await second.deliver(createLines(1))).toBe(1)
    second.close()
  })

  it('refuses the same key from other hardware, says so, and leaves the real terminal connected', async () => {
    const enrolled = await enrol(center)
    const real = await connect(center, enrolled)
    await real.next('welcome')
    const clone = await connect(center, enrolled, { hardware: 'b'.repeat(64) })
    expect(await clone.closed).toMatchObject({ reason: 'terminal.clone' })
    expect(await findingsOf(real.terminalId)).toEqual([{ kind: 'journal.fork', reason: 'clone' }])
    expect(await real.deliver(createLines(1))).toBe(1)
    real.close()
  })

  it('ends at once when the terminal is revoked, and no other begins', async () => {
    const enrolled = await enrol(center)
    const agent = await connect(center, enrolled)
    await agent.next('welcome')
    await center.ask('terminal.revoke', { id: agent.terminalId, reason: 'lost' })
    expect(await agent.closed).toMatchObject({ reason: 'terminal.revoked' })
    expect(await new TestAgent(center, enrolled).closed).toMatchObject({ status: 403 })
  })

  it('keeps what the terminal tells of itself', async () => {
    const agent = await connect(center, await enrol(center))
    await agent.next('welcome')
    const at = new Date().toISOString()
    const sensors = [{ id: 'guard.uevents', state: 'failed', lastAt: at, detail: 'socket gone' }]
    agent.send({ type: 'status', at, sensors, policy: null, pending: 3 })
    agent.send({ type: 'facts', check: 'device.plugged', readAt: at, facts: [] })
    const terminal = await until(async () => {
      const found = await center.center.store.terminals.find(agent.terminalId)
      return found?.state === 'degraded' && found
    })
    expect(terminal).toMatchObject({ sensors, pending: 3 })
    await until(() => center.center.store.terminals.findFacts(agent.terminalId, 'device.plugged'))
    agent.close()
  })
})

describe('limits of the uplink', () => {
  it.each([
    ['no certificate', { bare: true }, 401],
    ['another sub-protocol', { protocol: 'chat.1' }, 400],
  ])('refuses %s', async (_name, options, status) => {
    expect(await new TestAgent(center, await enrol(center), options).closed).toMatchObject({ status })
  })

  it('ends one that the store cannot look up, and goes on', async () => {
    const enrolled = await enrol(center)
    vi.spyOn(center.center.store.terminals, 'findByKey').mockRejectedValueOnce(new Error('disk I/O error'))
    expect(await new TestAgent(center, enrolled).closed).toMatchObject({ code: 1006, status: null })
    const again = await connect(center, enrolled)
    expect(await again.next('welcome')).toMatchObject({ nextSeq: 1 })
    again.close()
  })

  it('refuses a certificate of another center', async () => {
    const other = await startCenter()
    const enrolled = await enrol(other)
    await other.end()
    expect(await new TestAgent(center, enrolled).closed).toMatchObject({ status: 401 })
  })

  it.each([
    ['another terminal’s id', { terminalId: 'T-SOMEBODY' }],
    ['another zone', { zone: 'internet' }],
    ['another group', { group: 'elsewhere' }],
    ['a field that is not in the protocol', { extra: true }],
  ])('refuses a hello with %s', async (_name, change) => {
    const agent = await connect(center, await enrol(center), change)
    expect(await agent.closed).toMatchObject({ code: 1008, reason: 'protocol.invalid' })
  })

  it('refuses anything before the hello', async () => {
    const agent = new TestAgent(center, await enrol(center))
    await agent.opened
    agent.send({ type: 'events', events: createLines(1) })
    expect(await agent.closed).toMatchObject({ reason: 'protocol.invalid' })
    expect(await seqsOf(agent.terminalId)).toEqual([])
  })

  it('closes on a frame above the limit before it is read', async () => {
    const agent = await connect(center, await enrol(center))
    await agent.next('welcome')
    agent.send('x'.repeat(1_100_000))
    expect(await agent.closed).toMatchObject({ code: 1009 })
  })

  it('closes a session that does not read what it is sent', async () => {
    const agent = await connect(center, await enrol(center))
    await agent.next('welcome')
    agent.socket.pause()
    const registered = Array.from({ length: 3_000 }, (_, index) => ({
      id: `M-${index}`,
      label: 'x'.repeat(100),
      match: { serial: `serial-${index}` },
      access: 'read-only',
    }))
    const envelope = signPolicy(center.signers, { media: { registered } })
    const connected = async () => (await center.center.store.terminals.find(agent.terminalId))?.state === 'online'
    await until(connected)
    for (let push = 0; push < 40 && (await connected()); push += 1) {
      await center.ask('document.push', { kind: 'policy', envelope })
    }
    agent.socket.resume()
    expect(await agent.closed).toMatchObject({ code: 1006 })
  })

  it('takes no more unproved connections from one address than the limit', async () => {
    const small = await startCenter({ collectorLimits: { maxUnprovedPerAddress: 3 } })
    const { port } = small.center.addresses.collector
    const sockets = Array.from({ length: 5 }, () => connectTcp(port, '127.0.0.1'))
    const closed = await until(() => {
      const ended = sockets.filter((socket) => socket.destroyed || socket.readyState === 'closed')
      return ended.length >= 2 && ended
    })
    expect(closed).toHaveLength(2)
    for (const socket of sockets) socket.destroy()
    await small.end()
  })

  it('cuts a connection that stays silent', async () => {
    const small = await startCenter({ collectorLimits: { handshakeMs: 50 } })
    const socket = connectTcp(small.center.addresses.collector.port, '127.0.0.1')
    await new Promise((resolve) => socket.once('close', resolve))
    expect(socket.destroyed).toBe(true)
    await small.end()
  })
})

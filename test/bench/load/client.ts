import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { type SimulatedIdentity, SimulatedTerminal } from '../../processes/simulated-terminal.ts'
import { type Answer, type Order, orderSchema } from './orders.ts'

/** `client.ts IDENTITIES`: a process full of terminals that does what its parent orders. */
const identitySchema: z.ZodType<SimulatedIdentity> = z.object({
  terminalId: z.string(),
  zone: z.literal('mynumber'),
  group: z.string(),
  hardware: z.string(),
  port: z.number(),
  ca: z.string(),
  certificate: z.string(),
  key: z.string(),
})
const identities = identitySchema.array().parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))
const terminals = identities.map((identity) => new SimulatedTerminal(identity))
const heartbeatMs = 30_000
/** The collector takes 256 connections from one address that have not proved themselves yet. */
const connectAtOnce = 100

process.on('message', (message) => void answer(orderSchema.parse(message)))

async function answer(order: Order): Promise<void> {
  const startMs = performance.now()
  const cpuStart = process.cpuUsage()
  let done: Readonly<{ events: number; latenciesMs: readonly number[]; error: string }>
  try {
    done = { error: '', ...(await work[order.do](order)) }
  } catch (error) {
    done = { events: 0, latenciesMs: [], error: String(error) }
  }
  const { user, system } = process.cpuUsage(cpuStart)
  const connected = terminals.filter(({ isConnected }) => isConnected).length
  const result: Answer = {
    ...done,
    latenciesMs: [...done.latenciesMs],
    connected,
    tookMs: performance.now() - startMs,
    cpuSeconds: (user + system) / 1e6,
  }
  process.send?.(result)
}

type Done = Readonly<{ events: number; latenciesMs: readonly number[] }>
const work = {
  async connect(order: Order): Promise<Done> {
    if (order.do !== 'connect') throw new Error('connect')
    const waiting = terminals.slice(0, order.upTo).filter(({ isConnected }) => !isConnected)
    const connectNext = async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await next.connect({ heartbeatMs })
    }
    await Promise.all(Array.from({ length: connectAtOnce }, connectNext))
    return { events: 0, latenciesMs: [] }
  },
  async flood(order: Order): Promise<Done> {
    if (order.do !== 'flood') throw new Error('flood')
    const endMs = performance.now() + order.forMs
    let events = 0
    const latenciesMs: number[] = []
    const floodOne = async (terminal: SimulatedTerminal) => {
      while (performance.now() < endMs) {
        const sentMs = performance.now()
        await terminal.tell(order.batch)
        latenciesMs.push(performance.now() - sentMs)
        events += order.batch
      }
    }
    await Promise.all(terminals.slice(0, order.terminals).map(floodOne))
    return { events, latenciesMs }
  },
  async pace(order: Order): Promise<Done> {
    if (order.do !== 'pace') throw new Error('pace')
    const used = terminals.slice(0, order.terminals)
    const startMs = performance.now()
    const latenciesMs: number[] = []
    const told: Promise<void>[] = []
    const tellOne = async (terminal: SimulatedTerminal) => {
      const sentMs = performance.now()
      await terminal.tell(1)
      latenciesMs.push(performance.now() - sentMs)
    }
    while (performance.now() - startMs < order.forMs) {
      const due = Math.floor(((performance.now() - startMs) / 1000) * order.perSecond)
      while (told.length < due) {
        const terminal = used[told.length % used.length]
        if (terminal !== undefined) told.push(tellOne(terminal))
      }
      await delay(1)
    }
    await Promise.all(told)
    return { events: told.length, latenciesMs }
  },
}

import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { z } from 'zod'

const messageSchema = z.looseObject({
  id: z.number().optional(),
  event: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  error: z.looseObject({ desc: z.string() }).optional(),
  return: z.unknown().optional(),
})

export interface QmpEvent {
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
}

/** QEMU's own control socket: one reply per command, events in between. */
export class Qmp {
  readonly #socket: Socket
  readonly #replies = new Map<number, PromiseWithResolvers<unknown>>()
  readonly #listeners = new Set<(event: QmpEvent) => void>()
  #lastId = 0

  constructor(path: string) {
    this.#socket = connect(path)
    createInterface({ input: this.#socket }).on('line', (line) => this.#take(line))
    this.#socket.on('error', (error) => this.#fail(error))
    this.#socket.on('close', () => this.#fail(new Error('QEMU has ended')))
  }

  /** Required before any other command. */
  async negotiate(): Promise<void> {
    await this.execute('qmp_capabilities')
  }

  execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const id = ++this.#lastId
    const reply = Promise.withResolvers<unknown>()
    this.#replies.set(id, reply)
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`)
    return reply.promise.catch((cause: unknown) => {
      throw new Error(`QMP ${command} ${JSON.stringify(args)}: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
      })
    })
  }

  /** The next such event. Ask before doing what brings it about. */
  async nextEvent(name: string, timeoutMs: number): Promise<QmpEvent> {
    const next = Promise.withResolvers<QmpEvent>()
    const listener = (event: QmpEvent): void => {
      if (event.name === name) next.resolve(event)
    }
    const timer = setTimeout(() => next.reject(new Error(`no QMP event ${name} within ${timeoutMs} ms`)), timeoutMs)
    this.#listeners.add(listener)
    try {
      return await next.promise
    } finally {
      clearTimeout(timer)
      this.#listeners.delete(listener)
    }
  }

  onEvent(listener: (event: QmpEvent) => void): void {
    this.#listeners.add(listener)
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(line: string): void {
    const message = messageSchema.parse(JSON.parse(line))
    if (message.event !== undefined) {
      for (const listener of this.#listeners) listener({ name: message.event, data: message.data ?? {} })
      return
    }
    if (message.id === undefined) return
    const reply = this.#replies.get(message.id)
    this.#replies.delete(message.id)
    if (message.error) reply?.reject(new Error(message.error.desc))
    else reply?.resolve(message.return)
  }

  #fail(error: Error): void {
    for (const reply of this.#replies.values()) reply.reject(error)
    this.#replies.clear()
  }
}

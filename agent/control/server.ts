import { createServer, type Server, type Socket } from 'node:net'
import type { z } from 'zod'
import { TanmoriError } from '../../src/errors.ts'
import type { SensorStatus } from '../../src/protocol/messages.ts'
import { errnoOf } from '../platform/errno.ts'
import type { Timers } from '../timers.ts'
import type { ControlDoors, Door } from './doors.ts'
import { type AdminRequest, controlLimits, requestSchemas, type StatusRequest } from './protocol.ts'

export type ControlDeps = Readonly<{
  doors: ControlDoors
  timers: Timers
  /** Answers what anyone at the terminal may know. */
  status: (request: StatusRequest) => Promise<unknown>
  /** Answers root. */
  admin: (request: AdminRequest) => Promise<unknown>
}>

export type Control = Readonly<{
  /** Doors that could not be opened; none where all are, or where an unopened door ends the start. */
  sensors(): readonly SensorStatus[]
  close(): Promise<void>
}>

/** A door that somebody else holds is tried again after this time. */
const retryMs = 30_000

/**
 * The agent answers at two doors: `status` for everybody, which only reads, and `admin`. A door answers nobody before
 * its permissions have been set and read back; one whose permissions cannot be had is not opened.
 * @throws TanmoriError `platform.failed` for a door that the agent cannot be without
 */
export async function openControl(deps: ControlDeps): Promise<Control> {
  const { doors, timers } = deps
  const { maxStatusRequestBytes, maxRequestBytes } = controlLimits
  const takers = {
    status: answerWith(requestSchemas.status, deps.status, maxStatusRequestBytes),
    admin: answerWith(requestSchemas.admin, deps.admin, maxRequestBytes),
  } as const
  const servers = new Map<Door, Server>()
  const failures = new Map<Door, string>()
  let cancelRetry: () => void = () => undefined
  let isClosed = false

  const open = async (door: Door) => {
    try {
      const server = await listen(doors, door, takers[door])
      if (isClosed) server.close()
      else servers.set(door, server)
      failures.delete(door)
    } catch (error) {
      if (doors.isEssential) throw error
      failures.set(door, error instanceof Error ? error.message : String(error))
    }
  }
  const retry = async () => {
    for (const door of [...failures.keys()]) await open(door)
    if (failures.size > 0 && !isClosed) cancelRetry = timers.after(retryMs, () => void retry())
  }
  for (const door of ['status', 'admin'] as const) await open(door)
  if (failures.size > 0) cancelRetry = timers.after(retryMs, () => void retry())

  return {
    sensors: () =>
      failures.size === 0
        ? []
        : [{ id: 'control', state: 'failed', lastAt: null, detail: [...failures.values()].join('; ').slice(0, 500) }],
    async close() {
      isClosed = true
      cancelRetry()
      await Promise.all([...servers.values()].map((server) => new Promise((resolve) => server.close(resolve))))
    },
  }
}

async function listen(doors: ControlDoors, door: Door, take: (socket: Socket) => void): Promise<Server> {
  const address = doors.address(door)
  doors.clear(door)
  let isProtected = false
  const server = createServer((socket) => {
    if (isProtected) take(socket)
    else socket.on('error', () => undefined).destroy()
  })
  server.maxConnections = controlLimits.maxConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const why = errnoOf(cause) === 'EADDRINUSE' ? 'somebody else listens there' : cause.message
      reject(new TanmoriError('platform.failed', `${address}: ${why}`, { cause }))
    })
    server.listen(address, () => resolve())
  })
  try {
    await doors.protect(door)
  } catch (error) {
    server.close()
    throw error
  }
  isProtected = true
  return server
}

function answerWith<T>(
  schema: z.ZodType<T>,
  answer: (request: T) => Promise<unknown>,
  maxBytes: number,
): (socket: Socket) => void {
  return (socket) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.setTimeout(controlLimits.timeoutMs, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      text += chunk
      if (text.length <= maxBytes && !text.includes('\n')) return
      socket.removeAllListeners('data')
      if (text.length > maxBytes) end(socket, refusal(new TanmoriError('usage', `a request above ${maxBytes} bytes`)))
      else void respondAlive(socket, text, schema, answer)
    })
  }
}

/** A round of checks takes longer than a silence is waited for: white space, which JSON allows, says that it goes on. */
async function respondAlive<T>(
  socket: Socket,
  text: string,
  schema: z.ZodType<T>,
  answer: (request: T) => Promise<unknown>,
): Promise<void> {
  const alive = setInterval(() => socket.write(' '), controlLimits.timeoutMs / 4)
  try {
    end(socket, await respond(text, schema, answer))
  } finally {
    clearInterval(alive)
  }
}

function end(socket: Socket, text: string): void {
  socket.end(`${text}\n`)
  socket.resume()
}

async function respond<T>(
  text: string,
  schema: z.ZodType<T>,
  answer: (request: T) => Promise<unknown>,
): Promise<string> {
  try {
    const parsed = schema.safeParse(JSON.parse(text.split('\n', 1)[0] ?? ''))
    if (!parsed.success) throw new TanmoriError('usage', 'a request that is not answered on this socket')
    return JSON.stringify({ ok: true, result: await answer(parsed.data) })
  } catch (error) {
    return refusal(error)
  }
}

function refusal(error: unknown): string {
  const code = error instanceof TanmoriError ? error.code : 'platform.failed'
  const message = error instanceof Error ? error.message : String(error)
  return JSON.stringify({ ok: false, code, message })
}

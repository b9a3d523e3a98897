import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { z } from 'zod'
import { TanmoriError } from '../../src/errors.ts'
import { type AdminRequest, controlLimits, requestSchemas, type StatusRequest } from './protocol.ts'

export type ControlDeps = Readonly<{
  runDir: string
  /** Answers what anyone at the terminal may know. */
  status: (request: StatusRequest) => Promise<unknown>
  /** Answers root. */
  admin: (request: AdminRequest) => Promise<unknown>
}>

export type Control = Readonly<{ close(): Promise<void> }>

/**
 * Two sockets instead of asking who connects, which Node cannot: `agent.sock` is for everybody and only reads,
 * `admin.sock` is root's by its file mode. Sockets that a killed agent left are replaced.
 * @throws TanmoriError `platform.failed`
 */
export async function openControl({ runDir, status, admin }: ControlDeps): Promise<Control> {
  mkdirSync(runDir, { recursive: true, mode: 0o755 })
  const { maxStatusRequestBytes, maxRequestBytes } = controlLimits
  const servers = [
    await listen(socketPaths(runDir).status, 0o666, answerWith(requestSchemas.status, status, maxStatusRequestBytes)),
    await listen(socketPaths(runDir).admin, 0o600, answerWith(requestSchemas.admin, admin, maxRequestBytes)),
  ]
  return {
    async close() {
      await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))))
    },
  }
}

/**
 * Before anything of the state is opened: two agents on one journal would write two histories.
 * @throws TanmoriError `platform.failed`
 */
export async function checkAlone(runDir: string): Promise<void> {
  const { status } = socketPaths(runDir)
  if (await isAnswered(status)) throw new TanmoriError('platform.failed', `${status}: another agent already runs here`)
}

export function socketPaths(runDir: string): Readonly<{ status: string; admin: string }> {
  return { status: join(runDir, 'agent.sock'), admin: join(runDir, 'admin.sock') }
}

async function listen(path: string, mode: number, take: (socket: Socket) => void): Promise<Server> {
  rmSync(path, { force: true })
  const server = createServer(take)
  server.maxConnections = controlLimits.maxConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new TanmoriError('platform.failed', `${path}: ${cause.message}`, { cause })))
    server.listen(path, () => resolve())
  })
  chmodSync(path, mode)
  return server
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
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

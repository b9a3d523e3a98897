import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { z } from 'zod'
import { TanmoriError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import type { OperationDeps } from '../operations/operation.ts'
import { isOperationName, operations } from '../operations/operations.ts'
import { controlAddress, isWindows } from './address.ts'
import { isAnswering } from './control-client.ts'

const maxRequestBytes = 2_097_152
/** How long a request may take to come in; working on it may take as long as it takes. */
const defaultRequestMs = 30_000

const requestSchema = z.strictObject({ operation: z.string().max(64), input: z.unknown(), actor: z.string().max(200) })

type ControlDeps = Omit<OperationDeps, 'actor'> & Readonly<{ log: Log }>

/**
 * The center's local door for its command line: a socket in its own folder, open to its own user alone. One line of
 * JSON in, one out. Throws as `checkFree`.
 */
export async function startControl(dir: string, deps: ControlDeps, requestMs = defaultRequestMs): Promise<Server> {
  const path = controlAddress(dir)
  await checkFree(dir)
  if (!isWindows) rmSync(path, { force: true })
  const server = createServer((socket) => serve(deps, socket, requestMs))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  // A pipe is its maker's and the administrators' to write to (Named Pipe Security and Access Rights, learn.microsoft.com).
  if (!isWindows) chmodSync(path, 0o600)
  return server
}

/** Throws `usage` where a center answers in this folder. */
export async function checkFree(dir: string): Promise<void> {
  if (!(await isAnswering(controlAddress(dir)))) return
  throw new TanmoriError('usage', `${dir}: a center runs in this folder already`)
}

function serve(deps: ControlDeps, socket: Socket, requestMs: number): void {
  let text = ''
  socket.setEncoding('utf8')
  socket.setTimeout(requestMs, () => socket.destroy())
  socket.on('error', (error) => deps.log.warn({ error: error.message }, 'control: error'))
  socket.on('data', (chunk) => {
    text += chunk
    if (text.length > maxRequestBytes) socket.destroy()
    if (!text.endsWith('\n')) return
    const line = text
    text = ''
    socket.setTimeout(0) // the request is in; a large import or backup takes its time
    void answer(deps, line).then((reply) => socket.end(`${JSON.stringify(reply)}\n`))
  })
}

async function answer(deps: ControlDeps, line: string): Promise<unknown> {
  try {
    const { operation, input, actor } = requestSchema.parse(JSON.parse(line))
    if (!isOperationName(operation)) throw new TanmoriError('usage', `operation ${operation}: unknown`)
    return { result: await operations[operation]({ ...deps, actor }, input) }
  } catch (error) {
    if (error instanceof TanmoriError) {
      return { error: { code: error.code, message: error.message, details: error.details } }
    }
    deps.log.error({ error: String(error) }, 'control: failed')
    return { error: { code: 'usage', message: String(error), details: {} } }
  }
}

import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { type ErrorCode, errorCodes, TanmoriError } from '../../errors.ts'
import { type OperationResult, operationResultSchema } from '../operations/operation.ts'

const replySchema = z.union([
  z.object({ result: operationResultSchema }),
  z.object({
    error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }),
  }),
])

/** Whether a center listens on this control socket. */
export function isAnswering(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Asks a running center. Throws what the operation threw there. */
export async function callControl(
  path: string,
  request: Readonly<{ operation: string; input: unknown; actor: string }>,
): Promise<OperationResult> {
  const socket = createConnection(path)
  socket.write(`${JSON.stringify(request)}\n`)
  const reply = replySchema.safeParse(parseJson(await text(socket)))
  if (!reply.success) throw new TanmoriError('not-running', 'the center ended before it answered')
  if ('result' in reply.data) return reply.data.result
  const { code, message, details } = reply.data.error
  throw new TanmoriError(isErrorCode(code) ? code : 'usage', message, { details })
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code)
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // cut off: said by the caller
  }
}

import { connect, type Socket } from 'node:net'
import { sep } from 'node:path'
import type { z } from 'zod'
import { type ErrorCode, errorCodes, TanmoriError } from '../../src/errors.ts'
import { type StaffRules, staffRulesSchema } from '../../src/policy/staff-rules.ts'
import { errnoOf } from '../platform/errno.ts'
import type { Door } from './doors.ts'
import {
  type AdminRequest,
  type ChecksReport,
  checksReportSchema,
  controlLimits,
  responseSchema,
  type StatusReport,
  statusReportSchema,
} from './protocol.ts'
import { createUnixDoors } from './unix-doors.ts'

/** @throws TanmoriError `not-running`, or what the agent answered */
export async function askStatus(runDir: string): Promise<StatusReport> {
  return statusReportSchema.parse(await ask(runDir, 'status', { method: 'status' }))
}

/** @throws TanmoriError `not-running`, or what the agent answered */
export async function askRules(runDir: string): Promise<StaffRules> {
  return staffRulesSchema.parse(await ask(runDir, 'status', { method: 'rules' }))
}

/** @throws TanmoriError `not-running`, or what the agent answered */
export async function askChecks(runDir: string): Promise<ChecksReport> {
  return checksReportSchema.parse(await ask(runDir, 'status', { method: 'checks' }))
}

/**
 * `limitMs`: for all of the answer, where there has to be an end.
 * @throws TanmoriError `not-running` (also without the right to ask), or what the agent answered
 */
export async function askAdmin<T>(
  runDir: string,
  request: AdminRequest,
  schema: z.ZodType<T>,
  limitMs?: number,
): Promise<T> {
  return schema.parse(await ask(runDir, 'admin', request, limitMs))
}

async function ask(runDir: string, door: Door, request: AdminRequest, limitMs?: number): Promise<unknown> {
  const socket = await connectTo(runDir, door)
  const end = () => socket.destroy(new Error('no answer in time'))
  const limit = limitMs === undefined ? undefined : setTimeout(end, limitMs)
  const answer = await exchange(socket, `${JSON.stringify(request)}\n`).finally(() => clearTimeout(limit))
  const response = responseSchema.parse(JSON.parse(answer))
  if (response.ok) return response.result
  throw new TanmoriError(isErrorCode(response.code) ? response.code : 'platform.failed', response.message)
}

/** A pipe of Windows needs more than a name: who made it is looked at before anything is asked. */
async function connectTo(runDir: string, door: Door): Promise<Socket> {
  if (sep === '\\') {
    const { connectPipeDoor } = await import('../deps.ts')
    return connectPipeDoor(runDir, door)
  }
  const path = createUnixDoors(runDir).address(door)
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.on('error', (cause) => reject(unreachable(path, cause)))
  })
}

function exchange(socket: Socket, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.setTimeout(controlLimits.timeoutMs, () => socket.destroy(new Error('no answer')))
    socket.on('error', (cause) => reject(unreachable('the agent', cause)))
    socket.on('data', (chunk) => {
      text += chunk
      if (text.length > controlLimits.maxResponseBytes) socket.destroy(new Error('an answer that is too large'))
    })
    socket.on('end', () => {
      if (text.endsWith('\n')) resolve(text)
      else reject(unreachable('the agent', new Error('an answer that was cut')))
    })
    socket.write(request)
  })
}

function unreachable(path: string, cause: Error): TanmoriError {
  const isForbidden = errnoOf(cause) === 'EACCES'
  const why = isForbidden ? 'only root may ask this' : `no agent answers (${cause.message})`
  return new TanmoriError('not-running', `${path}: ${why}`, { cause, details: { isForbidden } })
}

function isErrorCode(code: string): code is ErrorCode {
  return code in errorCodes
}

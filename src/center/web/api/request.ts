import type { ZodType } from 'zod'
import { apiErrorSchema, csrfHeader } from '../../api/contract.ts'

const answerTimeoutMs = 20_000

/** A refusal of the center, or that it could not be asked at all (`unreachable`, `answer-unreadable`). */
export class RequestError extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly retryAfterSeconds: number

  constructor(status: number, code: string, detail: string, retryAfterSeconds = 0) {
    super(`${code}: ${detail}`)
    this.name = 'RequestError'
    this.status = status
    this.code = code
    this.detail = detail
    this.retryAfterSeconds = retryAfterSeconds
  }
}

type Asked = Readonly<{
  method?: 'GET' | 'POST' | 'DELETE'
  body?: unknown
  signal?: AbortSignal
  timeoutMs?: number
}>

/** Asks the center and parses its answer; throws `RequestError`. */
export async function request<T>(path: string, schema: ZodType<T>, asked: Asked = {}): Promise<T> {
  const response = await send(path, asked)
  const answer = await readJson(response)
  if (!response.ok) throw refusalOf(response.status, answer)
  const parsed = schema.safeParse(answer)
  if (parsed.success) return parsed.data
  throw new RequestError(response.status, 'answer-unreadable', parsed.error.message)
}

/** Like `request`, for answers without a body. */
export async function requestNothing(path: string, asked: Asked): Promise<void> {
  const response = await send(path, asked)
  if (!response.ok) throw refusalOf(response.status, await readJson(response))
}

/** `?zone=lgwan&q=…` of what is set; nothing for nothing. */
export function searchOf(query: Readonly<Record<string, unknown>>): string {
  const set = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  return set.length === 0 ? '' : `?${new URLSearchParams(set)}`
}

async function send(
  path: string,
  { method = 'GET', body, signal, timeoutMs = answerTimeoutMs }: Asked,
): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    return await fetch(path, {
      method,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(method === 'GET' ? {} : { [csrfHeader]: '1' }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new RequestError(0, 'unreachable', String(error))
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (error) {
    throw new RequestError(response.status, 'answer-unreadable', String(error))
  }
}

function refusalOf(status: number, answer: unknown): RequestError {
  const parsed = apiErrorSchema.safeParse(answer)
  if (!parsed.success) return new RequestError(status, 'answer-unreadable', `status ${status}`)
  return new RequestError(status, parsed.data.code, parsed.data.detail, parsed.data.retryAfterSeconds)
}

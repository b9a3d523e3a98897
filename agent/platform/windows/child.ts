import { createInterface } from 'node:readline'
import { explainResult, explainWin32 } from './com-failure.ts'
import { readTable } from './tables/tables.ts'
import { ComError, toHex } from './win32/com.ts'
import { Win32Error } from './win32/win32-error.ts'
import { queryWmi, WmiLimitError } from './win32/wmi.ts'

/** What the agent asks of its child, a line of JSON each; see `readings-child.ts`. */
export type ChildRequest = Readonly<{ id: number; timeoutMs: number; maxBytes: number }> &
  Readonly<{ kind: 'query'; namespace: string; query: string } | { kind: 'table'; table: string }>

const maxRows = 20_000

/** Answers what can hang, one request after the other, until its input ends or somebody ends it. */
export async function serveReadings(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const answer = await answerLine(line)
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
}

async function answerLine(line: string) {
  const request: unknown = JSON.parse(line)
  if (!isRequest(request)) return { id: -1, failed: { reason: 'failed', detail: 'not a request' } }
  try {
    return { id: request.id, rows: await answer(request) }
  } catch (error) {
    return { id: request.id, failed: failureOf(error, request) }
  }
}

async function answer(request: ChildRequest): Promise<readonly Readonly<Record<string, unknown>>[]> {
  if (request.kind === 'table') return await readTable(request.table)
  return queryWmi(request.namespace, request.query, { ...request, maxRows })
}

function failureOf(error: unknown, request: ChildRequest) {
  const what = request.kind === 'table' ? request.table : request.namespace
  if (error instanceof WmiLimitError) return { reason: error.reason, detail: `${what}: ${error.message}` }
  if (error instanceof ComError) {
    const { reason, meaning } = explainResult(error.result)
    return { reason, detail: `${what}: ${meaning} (0x${toHex(error.result)})` }
  }
  if (error instanceof Win32Error) {
    const { reason, meaning } = explainWin32(error.win32Code)
    return { reason, detail: `${what}: ${meaning} (${error.message})` }
  }
  const isUnsupported = error instanceof Error && 'code' in error && error.code === 'platform.unsupported'
  const message = error instanceof Error ? error.message : String(error)
  return { reason: isUnsupported ? 'unsupported' : 'failed', detail: `${what}: ${message}` }
}

function isRequest(value: unknown): value is ChildRequest {
  if (typeof value !== 'object' || value === null) return false
  const isQuery = 'namespace' in value && typeof value.namespace === 'string' && 'query' in value
  const isTable = 'table' in value && typeof value.table === 'string'
  return 'id' in value && 'timeoutMs' in value && 'maxBytes' in value && (isQuery || isTable)
}

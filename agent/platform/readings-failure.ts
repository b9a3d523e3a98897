import type { FailureReason, Raw } from '../../src/checks/reading.ts'
import { errnoOf } from './errno.ts'

const maxDetailChars = 300

export function failedRaw(reason: FailureReason, detail: string): Extract<Raw, { kind: 'failed' }> {
  return { kind: 'failed', reason, detail: detail.slice(0, maxDetailChars) }
}

export function failedBy(error: unknown): Extract<Raw, { kind: 'failed' }> {
  const detail = error instanceof Error ? error.message : String(error)
  return failedRaw(byErrno[errnoOf(error)] ?? (isTimeout(error) ? 'timeout' : 'failed'), detail)
}

/** What `AbortSignal.timeout` and a stopping agent abort with. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
}

const byErrno: Readonly<Record<string, FailureReason>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EACCES: 'denied',
  EPERM: 'denied',
  ABORT_ERR: 'timeout',
}

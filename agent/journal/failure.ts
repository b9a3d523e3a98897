import { BrokenLine } from './chain.ts'

export type FailureReason = 'locked' | 'full' | 'broken' | 'unwritable'

/** SQLite's primary result codes, sqlite.org/rescode.html */
const byResultCode: Readonly<Record<number, FailureReason>> = {
  1: 'broken', // SQLITE_ERROR: a table is gone
  5: 'locked', // SQLITE_BUSY
  6: 'locked', // SQLITE_LOCKED
  11: 'broken', // SQLITE_CORRUPT
  13: 'full', // SQLITE_FULL
  26: 'broken', // SQLITE_NOTADB
}

/** Why the database did not take a line. What is not known may pass by itself: tried again, never thrown away. */
export function judgeFailure(error: unknown): FailureReason {
  if (error instanceof BrokenLine) return 'broken'
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : null
  if (typeof code !== 'number') return 'unwritable'
  return byResultCode[code & 0xff] ?? 'unwritable'
}

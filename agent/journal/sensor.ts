import type { SensorStatus } from '../../src/protocol/messages.ts'

export type JournalState = Readonly<{
  /** Why nothing can be written, null where it can. */
  failure: string | null
  /** Lines in memory and in the reserve. */
  pendingCount: number
  lostCount: number
  bytes: number
  maxBytes: number
  hasReserve: boolean
  isDropping: boolean
  /** Of whoever is told of new lines. */
  listenerFailure: string | null
  lastSeq: number
  lastAt: string | null
}>

/** Works, is degraded where anything is to be said of it, has failed where it cannot be written. */
export function journalSensor(journal: JournalState): SensorStatus {
  const { failure, pendingCount, lostCount, bytes, maxBytes, lastSeq, lastAt } = journal
  const notes = [
    failure === null ? null : `cannot write: ${failure}, ${pendingCount} lines held`,
    lostCount === 0 ? null : `${lostCount} events lost, memory was full`,
    bytes > maxBytes ? `larger than ${maxBytes} bytes` : null,
    journal.hasReserve ? null : 'no reserve for a full disk',
    journal.isDropping ? 'dropping chatter' : null,
    journal.listenerFailure,
  ].filter((note) => note !== null)
  const state = failure !== null ? 'failed' : notes.length === 0 ? 'working' : 'degraded'
  const detail = notes.length === 0 ? `${lastSeq} lines, ${bytes} bytes` : notes.join('; ')
  return { id: 'journal', state, lastAt, detail: detail.slice(0, 500) }
}

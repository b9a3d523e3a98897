import koffi from 'koffi'
import type { NewEvent } from '../../../../src/protocol/events.ts'
import { createEntryRate } from '../entry-rate.ts'
import { type EntryKind, entryOf, serviceEntries } from '../event-ids.ts'
import { eventSourceName } from '../event-source.ts'
import { formatEntry } from '../event-text.ts'
import { loadSystemLibrary } from './library.ts'

export type EventLog = Readonly<{
  tell(event: NewEvent): void
  report(kind: EntryKind, subject: string, data?: Readonly<Record<string, unknown>>): void
  /** Written when it returns: the process is about to end. */
  reportNow(kind: EntryKind, subject: string): void
  /** Resolves once what was told is written, or after `timeoutMs`. */
  flush(timeoutMs: number): Promise<void>
}>

/** EVENTLOG_ERROR_TYPE, EVENTLOG_WARNING_TYPE, EVENTLOG_INFORMATION_TYPE (winnt.h) */
const types = { error: 1, warning: 2, information: 4 } as const
/** Told and not yet written. The Event Log service may hang; a worker of the thread pool waits for it, and only one. */
const maxWaiting = 64

/** Entries of the Application log. One that cannot be written is not worth failing for: the journal is the record. */
export function openEventLog(nowMs: () => number): EventLog {
  const api = bindEventLog()
  const rate = createEntryRate()
  const waiting: (readonly [EntryKind, string])[] = []
  const idle: (() => void)[] = []
  let source: bigint | null = null
  let isWriting = false

  const writeNext = async (): Promise<void> => {
    if (isWriting) return
    isWriting = true
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      source ??= await api.open(eventSourceName)
      if (source !== null) await api.write(source, next[0], next[1])
    }
    isWriting = false
    for (const resolve of idle.splice(0)) resolve()
  }
  const add = (kind: EntryKind, text: string) => {
    if (waiting.length >= maxWaiting) return
    waiting.push([kind, text])
    void writeNext()
  }
  const report: EventLog['report'] = (kind, subject, data = {}) => {
    const leftOut = rate.takeLeftOut(nowMs())
    if (leftOut > 0) {
      add(serviceEntries.leftOut, formatEntry(serviceEntries.leftOut, { subject: '', data: { count: leftOut } }))
    }
    if (rate.admits(nowMs())) add(kind, formatEntry(kind, { subject, data }))
  }
  return {
    report,
    reportNow: (kind, subject) => api.writeNow(eventSourceName, kind, formatEntry(kind, { subject })),
    tell(event) {
      const kind = entryOf(event.kind)
      if (kind !== null) report(kind, event.subject, event.data)
    },
    async flush(timeoutMs) {
      if (!isWriting) return
      const timeout = Promise.withResolvers<void>()
      const timer = setTimeout(timeout.resolve, timeoutMs)
      await Promise.race([new Promise<void>((resolve) => idle.push(resolve)), timeout.promise])
      clearTimeout(timer)
    },
  }
}

function bindEventLog() {
  const advapi = loadSystemLibrary('advapi32')
  const register = advapi.func('uintptr_t __stdcall RegisterEventSourceW(str16 server, str16 source)')
  const report = advapi.func(
    'int __stdcall ReportEventW(uintptr_t log, uint16_t type, uint16_t category, uint32_t id, void *sid, uint16_t count, uint32_t size, void *texts, void *data)',
  )
  return {
    open: (name: string) =>
      new Promise<bigint | null>((resolve) => {
        register.async(null, name, (error: unknown, source: number | bigint) =>
          resolve(isNothing(error) && BigInt(source) !== 0n ? BigInt(source) : null),
        )
      }),
    write: (source: bigint, { id, type }: EntryKind, text: string) => {
      const { texts, kept } = encodeTexts(text)
      return new Promise<boolean>((resolve) => {
        report.async(source, types[type], 0, id, null, 1, 0, texts, null, (error: unknown, done: number) =>
          resolve(isNothing(error) && done !== 0 && kept.length > 0),
        )
      })
    },
    writeNow: (name: string, { id, type }: EntryKind, text: string) => {
      const { texts, kept } = encodeTexts(text)
      const source = BigInt(register(null, name))
      return source !== 0n && report(source, types[type], 0, id, null, 1, 0, texts, null) !== 0 && kept.length > 0
    },
  }
}

/** An array of one address; `kept` is what it points at, and must live until the call is over. */
function encodeTexts(text: string): Readonly<{ texts: Buffer; kept: Buffer }> {
  const kept = Buffer.from(`${text}\0`, 'utf16le')
  const texts = Buffer.alloc(8)
  texts.writeBigUInt64LE(koffi.address(kept))
  return { texts, kept }
}

function isNothing(error: unknown): boolean {
  return error === null || error === undefined
}

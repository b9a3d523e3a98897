import { createHash } from 'node:crypto'
import type { BundleHeader, BundleMessage } from '../../src/protocol/bundle.ts'
import type { JournalEvent } from '../../src/protocol/events.ts'
import { limits } from '../../src/protocol/messages.ts'
import { signedTypes } from '../../src/protocol/terminal-signature.ts'
import { signContent, type TerminalKey } from '../../src/terminal-key.ts'

export type BundleInput = Readonly<{
  header: BundleHeader
  hello: Extract<BundleMessage, { type: 'hello' }>
  /** Oldest first. */
  events: Iterable<JournalEvent>
  /** Behind the events: status, facts, results. */
  messages: Iterable<BundleMessage>
  key: TerminalKey
}>

/** Lines of a bundle, one batch of the journal at a time: it may be far larger than memory. */
export function* writeBundle({ header, hello, events, messages, key }: BundleInput): Generator<string> {
  const hash = createHash('sha256')
  for (const value of bodyOf(header, hello, events, messages)) {
    const line = `${JSON.stringify(value)}\n`
    hash.update(line)
    yield line
  }
  yield `${JSON.stringify({ signature: signContent(key, signedTypes.bundle, hash.digest('hex')) })}\n`
}

function* bodyOf(
  header: BundleHeader,
  hello: BundleMessage,
  events: Iterable<JournalEvent>,
  messages: Iterable<BundleMessage>,
): Generator<BundleHeader | BundleMessage> {
  yield header
  yield hello
  for (const batch of inBatches(events)) yield { type: 'events', events: batch }
  yield* messages
}

/** Room for what stands around the events of one message. */
const maxBatchBytes = limits.maxFrameBytes - 4_096

function* inBatches(events: Iterable<JournalEvent>): Generator<JournalEvent[]> {
  let batch: JournalEvent[] = []
  let bytes = 0
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify(event)) + 1
    if (batch.length >= limits.maxEventsPerBatch || (batch.length > 0 && bytes + size > maxBatchBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(event)
    bytes += size
  }
  if (batch.length > 0) yield batch
}

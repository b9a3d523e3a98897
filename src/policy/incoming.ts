import { type Envelope, envelopeSchema } from '../protocol/messages.ts'
import { parseEnvelope } from './envelope.ts'
import { checkSize, parseJsonValue } from './json-document.ts'

/** What arrives: the bytes of a file, or an envelope that the wire's schema already parsed. */
export type Incoming = Uint8Array | Envelope

/** Throws `policy.too-large`, `policy.unreadable` or `envelope.invalid`; the size is looked at before anything else. */
export function envelopeOf(incoming: Incoming): Envelope {
  if (incoming instanceof Uint8Array) return parseEnvelope(incoming)
  checkSize(incoming.payload.length, 'envelope')
  return parseJsonValue(incoming, envelopeSchema, { code: 'envelope.invalid', name: 'envelope' })
}

import { closeSync, openSync, readSync } from 'node:fs'
import { TanmoriError } from '../../src/errors.ts'
import { limits } from '../../src/protocol/messages.ts'

/** The bytes of a document that somebody named, never more than a document may have, whatever the file is. */
export function readDocumentFile(path: string): Buffer {
  const bytes = Buffer.alloc(limits.maxEnvelopeBytes + 1)
  const used = readInto(path, bytes)
  if (used <= limits.maxEnvelopeBytes) return bytes.subarray(0, used)
  throw new TanmoriError('policy.too-large', `${path}: wanted at most ${limits.maxEnvelopeBytes} bytes, came more`)
}

function readInto(path: string, bytes: Buffer): number {
  try {
    const fd = openSync(path, 'r')
    try {
      let used = 0
      for (let read = -1; read !== 0 && used < bytes.length; used += read) {
        read = readSync(fd, bytes, used, bytes.length - used, null)
      }
      return used
    } finally {
      closeSync(fd)
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TanmoriError('config.missing', `${path}: wanted a document, came ${why}`, { cause })
  }
}

/** Which document an envelope says it carries; null for a file that is no envelope. */
export function documentOf(bytes: Uint8Array): 'policy' | 'grant' | 'root' | 'quarantine' | null {
  const [, kind] = /"payloadType"\s*:\s*"application\/vnd\.tanmori\.(policy|grant|root|quarantine)\+json"/.exec(
    Buffer.from(bytes).toString('latin1'),
  ) ?? [null, null]
  return kind === 'policy' || kind === 'grant' || kind === 'root' || kind === 'quarantine' ? kind : null
}

import { createHash } from 'node:crypto'
import { canonicalJson } from '../../src/protocol/events.ts'
import type { Report, SignedReport } from '../../src/protocol/report.ts'
import { signedTypes } from '../../src/protocol/terminal-signature.ts'
import { signContent, type TerminalKey } from '../../src/terminal-key.ts'

/** The JSON form: the report's canonical bytes are what is signed, and the file is canonical as a whole. */
export function writeSignedJson(report: Report, key: TerminalKey): string {
  const signature = signContent(key, signedTypes.json, sha256Of(canonicalJson(report)))
  return formatSigned({ report, signature })
}

/** The one way that a signed report may be written down: any other bytes were altered. */
export function formatSigned(signed: SignedReport): string {
  return `${canonicalJson(signed)}\n`
}

export function sha256Of(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex')
}

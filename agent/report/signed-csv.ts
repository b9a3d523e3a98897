import { byteOrderMark, csvLine } from '../../src/csv.ts'
import type { Report } from '../../src/protocol/report.ts'
import { signedTypes } from '../../src/protocol/terminal-signature.ts'
import { signContent, type TerminalKey } from '../../src/terminal-key.ts'
import { csvRows } from './csv-rows.ts'
import type { Language } from './html/parts.ts'
import { sha256Of } from './signed-json.ts'

/**
 * One table for a spreadsheet. The signature is its last line, over all bytes before it: a file of its own beside it
 * would be lost on the way. A spreadsheet that saves the file again writes other bytes, and the signature says so.
 */
export function writeSignedCsv(report: Report, lang: Language, key: TerminalKey): string {
  const content = byteOrderMark + csvRows(report, lang).map(csvLine).join('')
  const signature = signContent(key, signedTypes.csv, sha256Of(content))
  return `${content}${signatureMark},${Buffer.from(JSON.stringify(signature)).toString('base64')}\r\n`
}

/** Null where the text does not end in a signature: it was cut, or is no report. */
export function splitSignedCsv(text: string): Readonly<{ content: string; signature: string }> | null {
  const found = /(?:^|\n)tanmori\.signature\/1,([A-Za-z0-9+/]+={0,2})\r\n$/.exec(text)
  if (found === null) return null
  const start = found.index + (found[0].startsWith('\n') ? 1 : 0)
  const signature = Buffer.from(found[1] ?? '', 'base64').toString('utf8')
  if (Buffer.from(signature).toString('base64') !== found[1]) return null
  return { content: text.slice(0, start), signature }
}

const signatureMark = 'tanmori.signature/1'

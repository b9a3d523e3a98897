import type { Report } from '../../src/protocol/report.ts'
import { signedTypes } from '../../src/protocol/terminal-signature.ts'
import { signContent, type TerminalKey } from '../../src/terminal-key.ts'
import { renderPage } from './html/page.ts'
import type { Language } from './html/parts.ts'
import { sha256Of, writeSignedJson } from './signed-json.ts'

/**
 * The page, the signed JSON that it was made of, and a signature over all bytes before it. The JSON lets anybody read
 * the report by machine and write the page out again; the signature holds whatever version did write it.
 */
export function writeSignedHtml(report: Report, lang: Language, key: TerminalKey): string {
  const content = contentOf(report, lang, writeSignedJson(report, key))
  const signature = signContent(key, signedTypes.html, sha256Of(content))
  return `${content}${signatureOpen}${encode(JSON.stringify(signature))}${end}`
}

/** Null where the text is no such file, or was cut. */
export function splitSignedHtml(
  text: string,
): Readonly<{ content: string; json: string; signature: string; lang: Language }> | null {
  const at = text.lastIndexOf(signatureOpen)
  if (at < 0 || !text.endsWith(end)) return null
  const content = text.slice(0, at)
  const signature = decode(text.slice(at + signatureOpen.length, -end.length))
  const from = content.lastIndexOf(reportOpen)
  const json = from < 0 ? null : decode(content.slice(from + reportOpen.length, content.lastIndexOf(blockEnd)))
  const lang = /^<!DOCTYPE html>\n<html lang="(ja|en)">/.exec(content)?.[1]
  if (json === null || signature === null || lang === undefined) return null
  return { content, json, signature, lang: lang === 'ja' ? 'ja' : 'en' }
}

/** All that is signed: what this program would write of this report. */
export function contentOf(report: Report, lang: Language, signedJson: string): string {
  return `${renderPage(report, lang)}${reportOpen}${encode(signedJson)}${blockEnd}`
}

const reportOpen = '<script type="application/json" id="tanmori-report">'
const signatureOpen = '<script type="application/json" id="tanmori-signature">'
const blockEnd = '</script>\n'
const end = `${blockEnd}</body>\n</html>\n`

/** Base64, as a JSON text: nothing in it can end the block. */
function encode(text: string): string {
  return `"${Buffer.from(text, 'utf8').toString('base64')}"`
}

function decode(block: string): string | null {
  const base64 = /^"([A-Za-z0-9+/]*={0,2})"$/.exec(block)?.[1]
  const text = base64 === undefined ? null : Buffer.from(base64, 'base64').toString('utf8')
  return text !== null && encode(text) === block ? text : null
}

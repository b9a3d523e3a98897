import { z } from 'zod'
import { canonicalJson } from '../../src/protocol/events.ts'
import { type Report, reportSchema } from '../../src/protocol/report.ts'
import {
  type SignedType,
  signedTypes,
  type TerminalSignature,
  terminalSignatureSchema,
} from '../../src/protocol/terminal-signature.ts'
import { type Certified, findSignatureFault, readCertified } from '../../src/terminal-key.ts'
import { splitSignedCsv } from './signed-csv.ts'
import { contentOf, splitSignedHtml } from './signed-html.ts'
import { sha256Of } from './signed-json.ts'

export type ReportForm = 'json' | 'html' | 'csv'

/**
 * `not-a-report`: no signature was found, the file was cut or is another. `altered`: the bytes are not those that were
 * signed. `signature`: it was not made by the key that it names. `rendering`: the page does not show what its data say.
 * `other-terminal`: certificate and report name different terminals.
 */
export type ReportFault = 'not-a-report' | 'altered' | 'signature' | 'rendering' | 'other-terminal'

/** Whose key it is, as far as it can be told here. */
export type KeyStanding = 'this-terminal' | 'certified' | 'named' | 'unknown'

export type Vouchers = Readonly<{
  /** Ids of this terminal's own keys. */
  ownKeys: readonly string[]
  /** Fingerprints of CA certificates that are known from elsewhere than the report. */
  caSha256s: readonly string[]
  /** Key ids that somebody named, having them from elsewhere. */
  keyIds: readonly string[]
  /** The page is written out again only where the same version made it. */
  version: string
}>

export type ReportCheck = Readonly<{
  form: ReportForm | null
  faults: readonly ReportFault[]
  signature: TerminalSignature | null
  certified: Certified | null
  standing: KeyStanding
  /** Null in the CSV form, and where another version wrote it. */
  report: Report | null
  /** Whether the page was written out again and compared; `other-version`: its signature must do. */
  rendering: 'same' | 'differs' | 'other-version' | null
}>

type Opened = Readonly<{
  form: ReportForm
  type: SignedType
  content: string
  signature: unknown
  report: unknown
  faults: readonly ReportFault[]
  rendering: ReportCheck['rendering']
}>

/** Checks a report of any form. Pure but for the cryptography. */
export function verifyReport(bytes: Uint8Array, vouchers: Vouchers): ReportCheck {
  const opened = openReport(decode(bytes), vouchers)
  const parsed = terminalSignatureSchema.safeParse(opened?.signature)
  if (opened === null || !parsed.success) return notAReport(opened?.form ?? null)
  const signature = parsed.data
  const certified = readCertified(signature)
  const report = reportSchema.safeParse(opened.report)
  const fault = findSignatureFault(signature, { payloadType: opened.type, sha256: sha256Of(opened.content) })
  const isOther = report.success && !isOfOneTerminal(report.data, signature, certified)
  return {
    form: opened.form,
    faults: [
      ...(fault === null ? [] : [fault === 'content' ? ('altered' as const) : ('signature' as const)]),
      ...opened.faults,
      ...(isOther ? (['other-terminal'] as const) : []),
    ],
    signature,
    certified,
    standing: judgeKey(signature, certified, vouchers),
    report: report.success ? report.data : null,
    rendering: opened.rendering,
  }
}

/** A certificate vouches only where its CA is known from elsewhere: anybody can make a CA of their own. */
export function judgeKey({ keyId }: TerminalSignature, certified: Certified | null, vouchers: Vouchers): KeyStanding {
  if (vouchers.ownKeys.includes(keyId)) return 'this-terminal'
  if (certified !== null && vouchers.caSha256s.includes(certified.caSha256)) return 'certified'
  return vouchers.keyIds.includes(keyId) ? 'named' : 'unknown'
}

function isOfOneTerminal(report: Report, { keyId }: TerminalSignature, certified: Certified | null): boolean {
  if (report.key.keyId !== keyId) return false
  return certified === null || certified.terminalId === report.terminal.id
}

function openReport(text: string | null, vouchers: Vouchers): Opened | null {
  if (text === null) return null
  if (text.startsWith('{')) return openJson(text)
  if (text.startsWith('<!DOCTYPE html>')) return openHtml(text, vouchers)
  if (text.startsWith('\ufeff')) return openCsv(text)
  return null
}

const signedShape = z.strictObject({ report: z.json(), signature: z.unknown() })

function openJson(text: string): Opened | null {
  const signed = signedShape.safeParse(parseJson(text))
  if (!signed.success) return null
  const { report, signature } = signed.data
  const parsed = terminalSignatureSchema.safeParse(signature)
  const isCanonical = parsed.success && text === `${canonicalJson({ report, signature: parsed.data })}\n`
  const faults = isCanonical ? [] : (['altered'] as const)
  return {
    form: 'json',
    type: signedTypes.json,
    content: canonicalJson(report),
    signature,
    report,
    faults,
    rendering: null,
  }
}

function openHtml(text: string, vouchers: Vouchers): Opened | null {
  const split = splitSignedHtml(text)
  if (split === null) return null
  const inner = openJson(split.json)
  const { content, signature, lang } = split
  const data = inner === null ? null : reportSchema.safeParse(inner.report)
  const rendering = judgeRendering()
  return {
    form: 'html',
    type: signedTypes.html,
    content,
    signature: parseJson(signature),
    report: inner?.report ?? null,
    faults: [
      ...(inner === null || inner.faults.length > 0 || !isSigned(inner) ? (['altered'] as const) : []),
      ...(rendering === 'differs' ? (['rendering'] as const) : []),
    ],
    rendering,
  }

  function judgeRendering(): ReportCheck['rendering'] {
    if (data?.success !== true || data.data.terminal.agentVersion !== vouchers.version) return 'other-version'
    return contentOf(data.data, lang, split?.json ?? '') === content ? 'same' : 'differs'
  }
}

function isSigned(inner: Opened): boolean {
  const signature = terminalSignatureSchema.safeParse(inner.signature)
  if (!signature.success) return false
  return findSignatureFault(signature.data, { payloadType: inner.type, sha256: sha256Of(inner.content) }) === null
}

function openCsv(text: string): Opened | null {
  const split = splitSignedCsv(text)
  if (split === null) return null
  const { content, signature } = split
  return {
    form: 'csv',
    type: signedTypes.csv,
    content,
    signature: parseJson(signature),
    report: null,
    faults: [],
    rendering: null,
  }
}

function notAReport(form: ReportForm | null): ReportCheck {
  return {
    form,
    faults: ['not-a-report'],
    signature: null,
    certified: null,
    standing: 'unknown',
    report: null,
    rendering: null,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no schema takes it
  }
}

/** Null for bytes that are no UTF-8: such a file was never written here. */
function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

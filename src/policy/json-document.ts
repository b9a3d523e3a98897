import type { z } from 'zod'
import { type ErrorCode, TanmoriError } from '../errors.ts'
import { limits } from '../protocol/messages.ts'
import { type DocumentIssue, describeIssues, formatIssue } from './issues.ts'

/**
 * A JSON document of a signed payload, parsed strictly. `name` opens the message; every issue is in `details.issues`.
 * Throws with the given code, `unreadableCode` for what is no JSON at all.
 */
export function parseJsonDocument<T>(
  bytes: Uint8Array,
  schema: z.ZodType<T>,
  options: Readonly<{ code: ErrorCode; name: string; unreadableCode?: ErrorCode }>,
): T {
  const value = readJson(bytes, { code: options.unreadableCode ?? options.code, name: options.name })
  return parseJsonValue(value, schema, options)
}

/** The same for a value that is no text any more. */
export function parseJsonValue<T>(
  value: unknown,
  schema: z.ZodType<T>,
  options: Readonly<{ code: ErrorCode; name: string }>,
): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return deepFreeze(parsed.data)
  throw issuesError(options.code, options.name, describeIssues(parsed.error, value))
}

export function issuesError(code: ErrorCode, name: string, issues: readonly DocumentIssue[]): TanmoriError {
  const lines = issues.map((issue) => formatIssue(name, issue))
  return new TanmoriError(code, lines.join('\n'), { details: { issues } })
}

/** Throws the given code for text that is not UTF-8 or not JSON, and `policy.too-large` above the envelope's limit. */
export function readJson(bytes: Uint8Array, { code, name }: Readonly<{ code: ErrorCode; name: string }>): unknown {
  checkSize(bytes.length, name)
  if (bytes.length === 0) throw new TanmoriError(code, `${name}: wanted a JSON document, came an empty file`)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    throw new TanmoriError(code, `${name}: wanted a JSON document in UTF-8; ${messageOf(cause)}`, { cause })
  }
}

/** Before anything is parsed. */
export function checkSize(sizeBytes: number, name: string): void {
  const maxBytes = limits.maxEnvelopeBytes
  if (sizeBytes <= maxBytes) return
  throw new TanmoriError('policy.too-large', `${name}: wanted at most ${maxBytes} bytes, came ${sizeBytes}`, {
    details: { wanted: maxBytes, came: sizeBytes },
  })
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

/** Inside, a document that was accepted is never changed. */
function deepFreeze<T>(value: T): T {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}

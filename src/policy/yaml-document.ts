import { type Document, isMap, isSeq, LineCounter, type ParsedNode, parseDocument, type YAMLError } from 'yaml'
import type { z } from 'zod'
import { type ErrorCode, TanmoriError } from '../errors.ts'
import { type DocumentIssue, describeIssues, type IssuePath } from './issues.ts'
import { checkSize, issuesError } from './json-document.ts'
import { type JsonSchema, knownKeysAt } from './json-schema.ts'

/** Aliases beyond this count are a bomb, not an author's shorthand. */
const maxAliasCount = 100

type Place = Readonly<{ file: string; line: number; column: number }>

/**
 * An authored YAML document, parsed strictly: one document, no key twice, no unknown key, no tag of its own. Throws
 * `code` with every issue at its file, line and column, `policy.too-large`, or `policy.unreadable` for what is no text.
 */
export function parseYamlDocument<T>(
  source: Uint8Array | string,
  options: Readonly<{ file: string; schema: z.ZodType<T>; jsonSchema: JsonSchema; code: ErrorCode }>,
): T {
  const text = readText(source, options.file)
  const lines = new LineCounter()
  const document = compose(text, lines, options.file)
  const placeOf = (offset: number): Place => ({ file: options.file, ...positionOf(lines, offset) })
  const syntax = [...document.errors, ...document.warnings].map((error) => syntaxIssue(error, placeOf))
  if (syntax.length > 0) throw issuesError(options.code, options.file, syntax)
  const value = toValue(document, options)
  const parsed = options.schema.safeParse(value)
  if (parsed.success) return parsed.data
  const locate = (path: IssuePath, isKey: boolean) => placeOf(offsetOf(document.contents, path, isKey))
  const known = (path: IssuePath) => knownKeysAt(options.jsonSchema, path)
  throw issuesError(options.code, options.file, describeIssues(parsed.error, value, locate, known))
}

function readText(source: Uint8Array | string, file: string): string {
  checkSize(typeof source === 'string' ? new TextEncoder().encode(source).length : source.length, file)
  const text = typeof source === 'string' ? source : decode(source, file)
  if (text.trim() !== '') return text
  throw new TanmoriError('policy.unreadable', `${file}: wanted a YAML document, came an empty file`)
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new TanmoriError('policy.unreadable', `${file}: wanted text in UTF-8, came other bytes (Shift_JIS?)`, {
      cause,
    })
  }
}

function compose(text: string, lineCounter: LineCounter, file: string): Document.Parsed {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true, stringKeys: true, version: '1.2' })
  } catch (cause) {
    // Nesting beyond the parser's stack ends here.
    throw new TanmoriError('policy.unreadable', `${file}: wanted a YAML document, came one that cannot be parsed`, {
      cause,
    })
  }
}

function toValue(document: Document.Parsed, { file, code }: Readonly<{ file: string; code: ErrorCode }>): unknown {
  try {
    return document.toJS({ maxAliasCount })
  } catch (cause) {
    throw new TanmoriError(code, `${file}: wanted at most ${maxAliasCount} uses of aliases, came more`, { cause })
  }
}

function syntaxIssue(error: YAMLError, placeOf: (offset: number) => Place): DocumentIssue {
  const wanted = wantedBySyntax[error.code] ?? 'YAML 1.2'
  return { ...placeOf(error.pos[0]), key: '', wanted, came: error.message }
}

const wantedBySyntax: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'every key once',
  TAB_AS_INDENT: 'spaces for indentation',
  MULTIPLE_DOCS: 'one document in one file',
  TAG_RESOLVE_FAILED: 'plain values without tags',
}

function positionOf(lines: LineCounter, offset: number): Readonly<{ line: number; column: number }> {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

/** Where the value (or its key) stands; the nearest enclosing place where it is missing. */
function offsetOf(root: ParsedNode | null, path: IssuePath, isKey: boolean): number {
  let node: unknown = root
  let offset = root?.range[0] ?? 0
  for (const [depth, part] of path.entries()) {
    const step = stepInto(node, part)
    if (step === undefined) return offset
    node = step.value
    const wantsKey = isKey && depth === path.length - 1
    offset = (wantsKey ? startOf(step.key) : startOf(step.value)) ?? startOf(step.key) ?? offset
  }
  return offset
}

function stepInto(node: unknown, part: string | number): Readonly<{ key: unknown; value: unknown }> | undefined {
  if (isSeq(node) && typeof part === 'number') return { key: undefined, value: node.items[part] }
  if (!isMap(node)) return undefined
  return node.items.find(({ key }) => keyText(key) === String(part))
}

function keyText(key: unknown): string | undefined {
  return key !== null && typeof key === 'object' && 'value' in key ? String(key.value) : undefined
}

function startOf(node: unknown): number | undefined {
  if (node === null || typeof node !== 'object' || !('range' in node) || !Array.isArray(node.range)) return undefined
  const start: unknown = node.range[0]
  return typeof start === 'number' ? start : undefined
}

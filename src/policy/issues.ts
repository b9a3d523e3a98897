import type { z } from 'zod'

/** One thing wrong with a document. `key` is its path (`media.registered[0].match`), empty for the whole. */
export type DocumentIssue = Readonly<{
  file?: string
  line?: number
  column?: number
  key: string
  wanted: string
  came: string
}>

export type IssuePath = readonly (string | number)[]

/** Every issue of a failed parse with what was wanted and what came. `locate` adds the place in the file. */
export function describeIssues(
  error: z.ZodError,
  value: unknown,
  locate: (path: IssuePath, isKey: boolean) => Partial<DocumentIssue> = () => ({}),
  knownKeysAt: (path: IssuePath) => readonly string[] = () => [],
): DocumentIssue[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((name) => unknownKey([...path, name], knownKeysAt(path), locate))
    }
    const came = valueAt(value, path)
    return [{ ...locate(path, false), key: formatPath(path), wanted: wantedBy(issue, came), came: describeValue(came) }]
  })
}

/** `policy.yaml:12:5: media.classes.optical: wanted …, came …` */
export function formatIssue(name: string, issue: DocumentIssue): string {
  const place = [issue.file ?? name, issue.line, issue.column].filter((part) => part !== undefined).join(':')
  const key = issue.key === '' ? '' : ` ${issue.key}:`
  return `${place}:${key} wanted ${issue.wanted}, came ${issue.came}`
}

function unknownKey(
  path: IssuePath,
  known: readonly string[],
  locate: (path: IssuePath, isKey: boolean) => Partial<DocumentIssue>,
): DocumentIssue {
  const name = String(path.at(-1))
  const near = nearest(name, known)
  const hint = near.length === 0 ? '' : `; did you mean ${near.map((key) => `"${key}"`).join(' or ')}?`
  const wanted = known.length === 0 ? 'a known key' : `one of ${known.join(', ')}`
  return { ...locate(path, true), key: formatPath(path), wanted, came: `the unknown key "${name}"${hint}` }
}

function wantedBy(issue: z.core.$ZodIssue, came: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'string' && typeof came === 'number'
        ? "a text: put it in quotes, as '0781' (without them it is read as a number)"
        : (kindNames[issue.expected] ?? issue.expected)
    case 'invalid_value':
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.map(String).join(', ')}`
    case 'too_small':
      return `at least ${issue.minimum}${unitOf(issue.origin)}`
    case 'too_big':
      return `at most ${issue.maximum}${unitOf(issue.origin)}`
    case 'invalid_format':
      return issue.format === 'datetime'
        ? 'a date and time with its offset, as 2027-03-31T23:59:59+09:00'
        : issue.message
    default:
      return issue.message
  }
}

const kindNames: Readonly<Record<string, string>> = {
  string: 'a text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
  record: 'a group of keys',
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters'
  if (origin === 'array' || origin === 'set') return ' entries'
  return ''
}

function valueAt(value: unknown, path: IssuePath): unknown {
  return path.reduce<unknown>((inner, part) => {
    if (inner === null || typeof inner !== 'object') return undefined
    return new Map(Object.entries(inner)).get(String(part))
  }, value)
}

function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (value !== null && typeof value === 'object') return 'a group of keys'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

export function formatPath(path: IssuePath): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? part : `${text}.${part}`
  }, '')
}

/** The known keys nearest to the name, at most two edits away. */
function nearest(name: string, known: readonly string[]): string[] {
  const distances = known.map((candidate) => editDistance(name.toLowerCase(), candidate.toLowerCase()))
  const least = Math.min(2, ...distances)
  return known.filter((_, index) => distances[index] === least)
}

/** Levenshtein; names are short, so the plain table will do. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, left] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, right] of [...b].entries()) {
      const substitution = (row[j] ?? 0) + (left === right ? 0 : 1)
      next.push(Math.min(substitution, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

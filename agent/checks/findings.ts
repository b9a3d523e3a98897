import type { Judgement } from '../../src/checks/check.ts'
import { type FindingClosed, type FindingOpened, manyKey } from '../../src/checks/finding.ts'
import type { Sentence } from '../../src/checks/result.ts'

/** A finding that was told and not taken back. */
export type OpenFinding = Readonly<{
  control: string
  key: string
  outcome: 'fail' | 'unknown'
  text: Sentence
  since: string
  count: number
  /** The journal's line that opened it. */
  seq: number
  /** It is not so now, but it comes and goes: since when it has been quiet. */
  quietSince: string | null
  /** Of the one that stands for many: their keys; null where a restart lost them. */
  covers: readonly string[] | null
}>

/** Remembered for a while, so that what comes back is known to come and go. */
export type ClosedMark = Readonly<{ control: string; key: string; at: string; count: number }>

export type Findings = Readonly<{ open: readonly OpenFinding[]; closed: readonly ClosedMark[] }>

export type FindingChange =
  | Readonly<{ kind: 'finding.opened'; finding: Omit<OpenFinding, 'seq'>; data: FindingOpened }>
  | Readonly<{ kind: 'finding.closed'; finding: OpenFinding; data: FindingClosed }>

export type FindingInput = Readonly<{
  control: string
  /** Of this control alone. */
  before: Findings
  /** Null: the control is not asked for. */
  judgement: Judgement | null
  remedy: Sentence
  readAt: string | null
  now: Date
  /** What was closed within this time and comes again comes and goes; then it stays open until quiet for as long. */
  quietMs: number
}>

export const findingLimits = { maxNewAtOnce: 20, maxNamed: 5, maxCovered: 5_000, maxMarks: 200 } as const

/** What is to be told, in order, and what stays open without a word. */
export type FindingDecision = Readonly<{
  kept: readonly OpenFinding[]
  changes: readonly FindingChange[]
  marks: readonly ClosedMark[]
}>

type Wanted = Readonly<{ key: string; outcome: 'fail' | 'unknown'; text: Sentence }>

/** One finding for each thing that is wrong, told once when it comes and once when it goes. */
export function decideFindings(input: FindingInput): FindingDecision {
  const wanted = wantedOf(input.judgement)
  const marks = recentMarks(input)
  const kept: OpenFinding[] = []
  const changes: FindingChange[] = []
  for (const finding of input.before.open.filter(({ key }) => key !== manyKey)) {
    const next = decideOpen(finding, wanted.get(finding.key), input)
    if (next.closes === null) kept.push(next.finding)
    else changes.push(closing(finding, next.closes, input))
  }
  const many = input.before.open.find(({ key }) => key === manyKey)
  const history = [...marks, ...changedMarks(changes)]
  const news = [...wanted.values()].filter(({ key }) => !kept.some((finding) => finding.key === key))
  const whole = news.filter(({ key }) => key === '')
  const items = news.filter(({ key }) => key !== '')
  const decided = decideMany(many, items, input, history)
  if (decided.kept !== null) kept.push(decided.kept)
  changes.push(...decided.closes, ...whole.map((one) => opening(one, input, history, null)), ...decided.opens)
  const closedNow = changes.flatMap((change) =>
    change.kind === 'finding.closed' && change.data.because === 'passed'
      ? [{ control: input.control, key: change.data.key, at: input.now.toISOString(), count: change.data.count }]
      : [],
  )
  const reopened = new Set(changes.flatMap((change) => (change.kind === 'finding.opened' ? [change.data.key] : [])))
  const stillMarked = marks.filter(({ key }) => !reopened.has(key) && !closedNow.some((mark) => mark.key === key))
  return { kept, changes, marks: [...stillMarked, ...closedNow].slice(-findingLimits.maxMarks) }
}

function wantedOf(judgement: Judgement | null): ReadonlyMap<string, Wanted> {
  if (judgement === null || judgement.outcome === 'pass') return new Map()
  const { outcome, reason, items } = judgement
  if (items.length === 0) return new Map([['', { key: '', outcome, text: reason }]])
  return new Map(items.map(({ key, text }) => [key.slice(0, 200), { key: key.slice(0, 200), outcome, text }]))
}

type Decided = Readonly<{ finding: OpenFinding; closes: FindingClosed['because'] | null }>

/** "Could not tell" neither closes what failed nor replaces it. */
function decideOpen(finding: OpenFinding, wanted: Wanted | undefined, input: FindingInput): Decided {
  if (wanted !== undefined) {
    if (finding.outcome === 'unknown' && wanted.outcome === 'fail') return { finding, closes: 'changed' }
    const count = finding.count + (finding.quietSince === null ? 0 : 1)
    return { finding: { ...finding, count, text: wanted.text, quietSince: null }, closes: null }
  }
  if (input.judgement === null) return { finding, closes: 'not-asked' }
  if (input.judgement.outcome === 'unknown' && finding.outcome === 'fail') return { finding, closes: null }
  if (finding.count === 1) return { finding, closes: 'passed' }
  return waitForQuiet(finding, input)
}

function waitForQuiet(finding: OpenFinding, { now, quietMs }: FindingInput): Decided {
  const quietForMs = finding.quietSince === null ? null : now.getTime() - Date.parse(finding.quietSince)
  // A clock that was set back would keep it open for ever.
  if (quietForMs === null || quietForMs < 0)
    return { finding: { ...finding, quietSince: now.toISOString() }, closes: null }
  return { finding, closes: quietForMs >= quietMs ? 'passed' : null }
}

type ManyDecided = Readonly<{
  kept: OpenFinding | null
  closes: readonly FindingChange[]
  opens: readonly FindingChange[]
}>

/** A flood is one finding that names the number and the first; what comes later in small numbers is told by itself. */
function decideMany(
  many: OpenFinding | undefined,
  news: readonly Wanted[],
  input: FindingInput,
  marks: readonly ClosedMark[],
): ManyDecided {
  const { maxNewAtOnce, maxCovered } = findingLimits
  const covered = new Set(many?.covers ?? (many === undefined ? [] : news.map(({ key }) => key)))
  const uncovered = news.filter(({ key }) => !covered.has(key))
  const opens = (list: readonly Wanted[]) => list.map((one) => opening(one, input, marks, null))
  if (uncovered.length > maxNewAtOnce && (many === undefined || covered.size < maxCovered)) {
    const closes = many === undefined ? [] : [closing(many, 'changed', input)]
    return { kept: null, closes, opens: [openingOfMany(news, input, marks)] }
  }
  if (many === undefined) return { kept: null, closes: [], opens: opens(uncovered) }
  const isUntold = input.judgement?.outcome === 'unknown' && many.outcome === 'fail'
  const left = [...covered].filter((key) => isUntold || news.some((one) => one.key === key))
  if (left.length > 0) {
    const told = uncovered.length > maxNewAtOnce ? [] : opens(uncovered)
    return { kept: { ...many, covers: left.slice(0, maxCovered) }, closes: [], opens: told }
  }
  const because = input.judgement === null ? 'not-asked' : 'passed'
  return { kept: null, closes: [closing(many, because, input)], opens: opens(uncovered) }
}

function openingOfMany(news: readonly Wanted[], input: FindingInput, marks: readonly ClosedMark[]): FindingChange {
  const { maxNamed, maxCovered } = findingLimits
  const first = news.slice(0, maxNamed)
  const text = {
    ja: `${news.length}件あります。初めの${first.length}件: ${first.map((one) => one.text.ja).join('／')}`.slice(
      0,
      1000,
    ),
    en: `${news.length} at once; the first ${first.length}: ${first.map((one) => one.text.en).join(' / ')}`.slice(
      0,
      1000,
    ),
  }
  const outcome = news[0]?.outcome ?? 'fail'
  return opening(
    { key: manyKey, outcome, text },
    input,
    marks,
    news.slice(0, maxCovered).map(({ key }) => key),
  )
}

function opening(
  { key, outcome, text }: Wanted,
  { control, judgement, remedy, readAt, now }: FindingInput,
  marks: readonly ClosedMark[],
  covers: readonly string[] | null,
): FindingChange {
  const since = now.toISOString()
  const count = Math.max(0, ...marks.filter((mark) => mark.key === key).map((mark) => mark.count)) + 1
  return {
    kind: 'finding.opened',
    finding: { control, key, outcome, text, since, count, quietSince: null, covers },
    data: { key, outcome, reason: judgement?.reason ?? text, text, remedy, since, count, readAt },
  }
}

function closing(finding: OpenFinding, because: FindingClosed['because'], { readAt }: FindingInput): FindingChange {
  const { key, outcome, text, since, count } = finding
  return { kind: 'finding.closed', finding, data: { key, outcome, text, because, since, count, readAt } }
}

/** What failed after it could not be told is the same thing: its count goes on. */
function changedMarks(changes: readonly FindingChange[]): readonly ClosedMark[] {
  return changes.flatMap(({ kind, finding, data }) =>
    kind === 'finding.closed' && data.because === 'changed'
      ? [{ control: finding.control, key: finding.key, at: finding.since, count: finding.count - 1 }]
      : [],
  )
}

function recentMarks({ before, now, quietMs }: FindingInput): readonly ClosedMark[] {
  return before.closed.filter(({ at }) => Math.abs(now.getTime() - Date.parse(at)) <= quietMs)
}

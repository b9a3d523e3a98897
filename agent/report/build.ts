import { checks } from '../../src/checks/index.ts'
import type { Result, Sentence } from '../../src/checks/result.ts'
import { findControl } from '../../src/controls/find-control.ts'
import { builtInPolicy } from '../../src/policy/built-in.ts'
import { severities } from '../../src/protocol/events.ts'
import type { Report } from '../../src/protocol/report.ts'
import {
  type AnswerState,
  answerClauses,
  answerControls,
  type answerStates,
  type ControlAnswer,
} from '../../src/standards/coverage.ts'
import type { Standard } from '../../src/standards/standard.ts'
import { carriedFileOf, mediaEventOf } from './events.ts'
import { grantOf } from './grants.ts'
import type { HeldPolicy, OpenFinding, ReportInput } from './input.ts'

/** The report of what was read. Pure: the same input makes the same report. */
export function buildReport(input: ReportInput): Report {
  const { now, from, terminal, key, policy, grants, results, standards, sensors, journal, problems } = input
  const { staleAfterMinutes } = (policy?.document ?? builtInPolicy(terminal.zone)).checks
  const answers = answerControls(results, { now, staleAfterMinutes })
  const carry = journal?.carry ?? { events: [], counts: {} }
  const media = journal?.media ?? { events: [], counts: {} }
  return {
    schema: 'tanmori.report/1',
    at: now.toISOString(),
    period: { from: from.toISOString(), to: now.toISOString() },
    terminal,
    key,
    policy: policy === null ? null : policyOf(policy, now),
    grants: grants.map((grant) => grantOf(grant, now)),
    standards: standards.map((standard) => standardOf(standard, terminal.zone, answers)),
    controls: [...answers.values()].map(controlOf),
    findings: results.flatMap((result) => findingsOf(result, input.findings)).sort(byGravity),
    media: { total: sum(media.counts), counts: { ...media.counts }, events: media.events.map(mediaEventOf) },
    carried: {
      out: carry.counts['media.carry-out'] ?? 0,
      in: carry.counts['media.carry-in'] ?? 0,
      files: carry.events.map(carriedFileOf),
    },
    sensors: [...sensors],
    journal: journal?.summary ?? null,
    problems: [...problems],
  }
}

function policyOf({ document, digest, appliedAt, signers, root }: HeldPolicy, now: Date): Report['policy'] {
  const { id, title, version, mode, modes, standard, validFrom, expires, contact } = document
  return {
    id,
    title,
    version,
    mode,
    modes,
    standard: standard ?? null,
    digest,
    appliedAt,
    validFrom,
    expires,
    isExpired: Date.parse(expires) <= now.getTime(),
    contact: contact ?? null,
    signers: [...signers],
    root,
  }
}

function standardOf(
  standard: Standard,
  zone: Report['terminal']['zone'],
  answers: ReadonlyMap<string, ControlAnswer>,
): Report['standards'][number] {
  const { id, title, issuer, amended } = standard
  const clauses = answerClauses(standard, zone, answers).map(({ clause, state, controls }) => ({
    ref: clause.ref,
    summary: clause.summary,
    role: clause.role,
    kind: clause.kind,
    state,
    controls: controls.map(({ control }) => control),
  }))
  return { id, title, issuer, amended, counts: countStates(clauses.map(({ state }) => state)), clauses }
}

/** How many are in each state, the empty ones too: nothing is left out of a total. */
export function countStates(states: readonly AnswerState[]): Record<AnswerState, number> {
  const count = (wanted: AnswerState) => states.filter((state) => state === wanted).length
  return {
    fail: count('fail'),
    unknown: count('unknown'),
    stale: count('stale'),
    'not-answered': count('not-answered'),
    planned: count('planned'),
    pass: count('pass'),
  } satisfies Record<(typeof answerStates)[number], number>
}

function controlOf({ control, state, result }: ControlAnswer): Report['controls'][number] {
  const known = findControl(control)
  return {
    id: control,
    title: known?.title ?? { ja: control, en: control },
    severity: known?.severity ?? 'medium',
    answeredBy: known?.answeredBy.kind ?? 'check',
    state,
    result,
  }
}

/** One per thing that is wrong; a fail or unknown of the whole is one. */
function findingsOf(result: Result, open: readonly OpenFinding[]): Report['findings'] {
  const { control, outcome, reason, items, since } = result
  if (outcome === 'pass') return []
  const things = items.length === 0 ? [{ key: '', text: reason }] : items
  const severity = findControl(control)?.severity ?? 'medium'
  return things.map(({ key, text }) => {
    const known = open.find((one) => one.control === control && one.key === key)
    const remedy: Sentence | null = checks.find(({ id }) => id === control)?.remedy ?? null
    return { control, key, outcome, severity, text, remedy, since: known?.since ?? since, count: known?.count ?? 1 }
  })
}

/** Fails before what could not be told, the graver first, then the longest open. */
function byGravity(a: Report['findings'][number], b: Report['findings'][number]): number {
  if (a.outcome !== b.outcome) return a.outcome === 'fail' ? -1 : 1
  const gravity = severities.indexOf(b.severity) - severities.indexOf(a.severity)
  if (gravity !== 0) return gravity
  return a.since === b.since ? 0 : a.since < b.since ? -1 : 1
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0)
}

import { createHash } from 'node:crypto'
import type { Check, JudgeContext, Judgement } from '../../src/checks/check.ts'
import { manyKey } from '../../src/checks/finding.ts'
import type { Parsed } from '../../src/checks/reading.ts'
import type { Sentence } from '../../src/checks/result.ts'
import { findControl } from '../../src/controls/find-control.ts'
import type { Log } from '../../src/log.ts'
import { canonicalJson, type NewEvent, type Severity, severities } from '../../src/protocol/events.ts'
import type { Journal } from '../journal/journal.ts'
import { type CheckRun, judgeFacts } from '../run-checks.ts'
import { type Benching, decideBench } from './budget.ts'
import { decideFindings, type FindingChange, type OpenFinding } from './findings.ts'
import { findControlGrant } from './grants.ts'
import type { ChecksMemory, KeptFacts } from './memory.ts'
import type { PolicyNow } from './policy-now.ts'
import { decideState, type Instant } from './result.ts'

export type JudgeDeps = Readonly<{
  memory: ChecksMemory
  journal: Pick<Journal, 'append' | 'appendAll' | 'list'>
  policy: () => PolicyNow
  now: () => Date
  log: Log
}>

const hourMs = 3_600_000
const noRemedy: Sentence = { ja: '', en: '' }

/** Facts → state and findings, and what is told of them: first the journal, then the memory. */
export class Judge {
  readonly #deps: JudgeDeps
  /** Events that the journal could not take; told again with the next judgement. */
  trouble: string | null = null

  constructor(deps: JudgeDeps) {
    this.#deps = deps
  }

  keepFacts(check: Check, { facts, readAt }: CheckRun): void {
    if (!facts.ok) return
    const { memory } = this.#deps
    const text = canonicalJson(facts.facts)
    const hash = createHash('sha256').update(text).digest('hex')
    const isChanged = memory.factsHash(check.id)?.hash !== hash
    const isFirst = check.baseline === 'first-facts' && memory.baseline(check.id) === null
    if (!isChanged && !isFirst) return
    const kept: KeptFacts = { readAt: readAt.toISOString(), hash, facts: JSON.parse(text) }
    if (isChanged) memory.keep({ facts: [[check.id, kept]] })
    if (isFirst) this.#adopt(check.id, kept)
  }

  apply(check: Check, facts: Parsed<unknown>, run: CheckRun | null, context: JudgeContext, at: Instant): void {
    const { memory } = this.#deps
    const judgement = judgeFacts(check, facts, context)
    const before = memory.states.get(check.id)
    const state = decideState({ control: check.id, before, judgement, run, at, hasFacts: facts.ok })
    const grantId = findControlGrant(check.id, context.grants, { id: context.terminalId, zone: context.zone }, at.now)
    const told = this.#decide(check.id, grantId === null ? judgement : null, check.remedy, state.readAt)
    memory.keep({ states: [state], ...told })
  }

  /** From what was read before; what could not be read stays unknown. */
  rejudge(check: Check, context: JudgeContext, at: Instant): void {
    const state = this.#deps.memory.states.get(check.id)
    const kept = this.#deps.memory.facts(check.id)
    if (state === undefined) return
    if (kept !== null && state.hasFacts) this.apply(check, { ok: true, facts: kept.facts }, null, context, at)
    else this.apply(check, { ok: false, reason: state.reason }, null, context, at)
  }

  /** The control is not asked for: what was open of it is closed. */
  dismiss(check: Readonly<{ id: string; remedy: Sentence }>): void {
    if (this.#deps.memory.findingsOf(check.id).open.length === 0) return
    this.#deps.memory.keep(this.#decide(check.id, null, check.remedy, null))
  }

  /** Findings of checks that this version does not have. */
  dismissUnknown(known: ReadonlyMap<string, Check>): void {
    for (const { control } of this.#deps.memory.open) {
      if (!known.has(control)) this.dismiss({ id: control, remedy: noRemedy })
    }
  }

  bench({ control, cpuMs, limitMs, why }: Benching): void {
    const { memory, policy, now, journal } = this.#deps
    const state = memory.states.get(control)
    if (state === undefined) return
    const bench = decideBench(state.bench, policy().policy, now())
    journal.append({
      kind: 'check.benched',
      control,
      subject: control,
      data: { cpuMs: Math.round(cpuMs), limitMs, why, ...bench },
    })
    memory.keep({ states: [{ ...state, bench }] })
  }

  unbench(control: string): void {
    const state = this.#deps.memory.states.get(control)
    if (state?.bench != null) this.#deps.memory.keep({ states: [{ ...state, bench: null }] })
  }

  acceptBaseline(control: string, { facts, hash }: KeptFacts, reason: string): void {
    const { memory, now } = this.#deps
    this.tellBaseline(control, { reason, hash, isFirst: false, before: memory.baseline(control)?.at ?? null })
    memory.keep({ baselines: [[control, { at: now().toISOString(), facts }]] })
  }

  tellBaseline(control: string, data: Readonly<Record<string, unknown>>, severity?: Severity): void {
    const event = { kind: 'check.baseline', control, subject: control, data } as const
    this.#deps.journal.append(severity === undefined ? event : { ...event, severity })
  }

  /** The first reading is taken as right. Where there was one before, somebody has removed it: that is not small. */
  #adopt(control: string, { facts, hash }: KeptFacts): void {
    const { memory, journal, now } = this.#deps
    const earlier = journal
      .list({ kind: 'check.baseline', limit: maxBaselines })
      .filter((one) => one.control === control)
    const isLost = earlier.length > 0
    const reason = isLost ? 'the baseline that was kept is gone; the first reading since is taken' : 'first reading'
    const severity: Severity = isLost ? 'high' : 'info'
    this.tellBaseline(control, { reason, hash, isFirst: !isLost }, severity)
    memory.keep({ baselines: [[control, { at: now().toISOString(), facts }]] })
  }

  #decide(control: string, judgement: Judgement | null, remedy: Sentence, readAt: string | null) {
    const { memory, policy, now } = this.#deps
    const before = memory.findingsOf(control)
    const quietMs = Math.max(hourMs, policy().policy.checks.intervalMinutes * 60_000 * 3)
    const decision = decideFindings({ control, before, judgement, remedy, readAt, now: now(), quietMs })
    const open: OpenFinding[] = [...decision.kept]
    let journalSeq: number | null = null
    const seqs = this.#tell(control, decision.changes)
    for (const [index, change] of decision.changes.entries()) {
      const seq = seqs[index] ?? null
      if (seq !== null) journalSeq = seq
      if (change.kind === 'finding.opened' && seq !== null) open.push({ ...change.finding, seq })
      if (change.kind === 'finding.closed' && seq === null) open.push(change.finding)
    }
    const findings = { control, open, closed: decision.marks }
    return { findings, ...(journalSeq === null ? {} : { journalSeq }) }
  }

  /** The lines' numbers; null for one that the journal could not take, and that is told the next time. */
  #tell(control: string, changes: readonly FindingChange[]): readonly (number | null)[] {
    if (changes.length === 0) return []
    const lines = this.#deps.journal.appendAll(changes.map((change) => eventOf(control, change)))
    this.trouble = lines.includes(null) ? 'the journal takes no findings' : null
    return lines.map((line) => line?.seq ?? null)
  }
}

function eventOf(control: string, { kind, data }: FindingChange): NewEvent {
  const severity = kind === 'finding.opened' ? { severity: severityOf(control, data.outcome) } : {}
  const subject = data.key === '' || data.key === manyKey ? control : data.key
  return { kind, control, subject, data, ...severity }
}

const maxBaselines = 1_000

/** What could not be told is no violation yet: it waits for whoever looks after the terminal, and wakes nobody. */
function severityOf(control: string, outcome: 'fail' | 'unknown'): Severity {
  const severity = findControl(control)?.severity ?? 'medium'
  if (outcome === 'fail') return severity
  return severities.indexOf(severity) < severities.indexOf('medium') ? severity : 'medium'
}

import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { checks } from '../../checks/index.ts'
import { findControl } from '../../controls/find-control.ts'
import { answerClauses, answerControls } from '../../standards/coverage.ts'
import type { Clause, Standard } from '../../standards/standard.ts'
import { clauseStateOf, countFleet, stateOf } from '../fleet/count-states.ts'
import { pageOfFleet, pickResults, readFleet } from '../fleet/fleet.ts'
import { staleAfterMinutesOf } from '../fleet/stale-limits.ts'
import type { FleetTerminal } from '../store/records.ts'
import type { ConsoleDeps } from './console-deps.ts'
import { refusals } from './refusal.ts'
import {
  answeredControl,
  answeringRow,
  clauseShape,
  clauseTerminalRow,
  controlRow,
  findingRow,
  listClauses,
  listControls,
  standardRow,
  tally,
} from './result-views.ts'
import {
  type AnsweringPage,
  answeringQuerySchema,
  type ClauseTerminalsPage,
  type ControlsView,
  type ControlView,
  clauseTerminalsQuerySchema,
  fleetQuerySchema,
  type Posture,
  type StandardsView,
  type StandardView,
  type TerminalAnswers,
  type TerminalClauses,
  terminalClausesQuerySchema,
} from './results-contract.ts'
import { type Asked, addRoute } from './routes.ts'

const mostFailing = 5
const mostClosed = 20
export const controlParameter = z.strictObject({ control: z.string().max(64) })
export const standardParameter = z.strictObject({ standard: z.string().max(64) })
export const terminalParameter = z.strictObject({ id: z.string().max(64) })

/** Controls, clauses and findings: over the fleet, and of one terminal. */
export function addResultRoutes(app: FastifyInstance, deps: ConsoleDeps): void {
  const get = (url: string, run: (asked: Asked) => Promise<unknown>) =>
    addRoute(app, deps, { method: 'GET', url, role: 'viewer', run })
  get('/api/groups', async () => ({ groups: await deps.store.terminals.groups() }))
  get('/api/posture', () => readPosture(deps))
  get('/api/controls', (asked) => readControls(deps, asked))
  get('/api/controls/:control', (asked) => readControl(deps, asked))
  get('/api/controls/:control/terminals', (asked) => listAnswering(deps, asked))
  get('/api/standards', async () => listStandards(deps))
  get('/api/standards/:standard', (asked) => readStandard(deps, asked))
  get('/api/standards/:standard/terminals', (asked) => listClauseTerminals(deps, asked))
  get('/api/terminals/:id/answers', (asked) => readAnswers(deps, asked.params(terminalParameter).id))
  get('/api/terminals/:id/clauses', (asked) => readTerminalClauses(deps, asked))
}

async function readPosture(deps: ConsoleDeps): Promise<Posture> {
  const fleet = await readFleet(deps, {})
  const { findings, terminals, bySeverity } = await deps.store.findings.countOpen({})
  const failing = listControls(fleet)
    .map(({ control, title, counts }) => ({ control, title, fail: counts.fail }))
    .filter(({ fail }) => fail > 0)
    .toSorted((a, b) => b.fail - a.fail)
  return {
    at: deps.clock.now().toISOString(),
    terminals: fleet.length,
    reporting: fleet.filter(({ reportedAt }) => reportedAt !== null).length,
    findings: { open: findings, terminals, bySeverity: { ...bySeverity } },
    failing: failing.slice(0, mostFailing),
    failingControls: failing.length,
  }
}

async function readControls(deps: ConsoleDeps, asked: Asked): Promise<ControlsView> {
  const fleet = await readFleet(deps, asked.query(fleetQuerySchema))
  return { at: deps.clock.now().toISOString(), terminals: fleet.length, rows: listControls(fleet) }
}

async function readControl(deps: ConsoleDeps, asked: Asked): Promise<ControlView> {
  const { control: id } = asked.params(controlParameter)
  const control = requireControl(id)
  const fleet = await readFleet(deps, asked.query(fleetQuerySchema))
  return {
    ...controlRow(id, control, countFleet(fleet)),
    at: deps.clock.now().toISOString(),
    terminals: fleet.length,
    remedy: checks.find((check) => check.id === id)?.remedy ?? null,
    clauses: deps.catalogue
      .standards()
      .found.flatMap((standard) =>
        standard.clauses
          .filter(({ controls }) => controls.includes(id))
          .map(({ ref, summary }) => ({ standard: standard.id, standardTitle: standard.title, ref, summary })),
      ),
  }
}

async function listAnswering(deps: ConsoleDeps, asked: Asked): Promise<AnsweringPage> {
  const { control } = asked.params(controlParameter)
  const { cursor, limit, ...filter } = asked.query(answeringQuerySchema)
  const chosen = await chooseAnswering(deps, control, filter)
  const { rows, nextCursor } = pageOfFleet(chosen, { cursor, limit })
  const resultsOf = await pickResults(deps, rows, [control])
  return { rows: rows.map((row) => answeringRow(row, control, resultsOf(row.id))), total: chosen.length, nextCursor }
}

export async function chooseAnswering(
  deps: ConsoleDeps,
  control: string,
  { state, ...filter }: Omit<z.output<typeof answeringQuerySchema>, 'cursor' | 'limit'>,
): Promise<readonly FleetTerminal[]> {
  requireControl(control)
  const fleet = await readFleet(deps, filter)
  return state === undefined ? fleet : fleet.filter((terminal) => stateOf(terminal, control) === state)
}

function listStandards({ catalogue }: ConsoleDeps): StandardsView {
  const { found, problems } = catalogue.standards()
  return { rows: found.map(standardRow), problems: problems.map((problem) => ({ ...problem })) }
}

async function readStandard(deps: ConsoleDeps, asked: Asked): Promise<StandardView> {
  const standard = requireStandard(deps, asked.params(standardParameter).standard)
  const fleet = await readFleet(deps, asked.query(fleetQuerySchema))
  return {
    ...standardRow(standard),
    at: deps.clock.now().toISOString(),
    terminals: fleet.length,
    rows: listClauses(standard, fleet),
  }
}

async function listClauseTerminals(deps: ConsoleDeps, asked: Asked): Promise<ClauseTerminalsPage> {
  const { cursor, limit, ref, ...filter } = asked.query(clauseTerminalsQuerySchema)
  const clause = requireClause(requireStandard(deps, asked.params(standardParameter).standard), ref)
  const chosen = await chooseForClause(deps, clause, filter)
  const { rows, nextCursor } = pageOfFleet(chosen, { cursor, limit })
  const resultsOf = await pickResults(deps, rows, clause.controls)
  return {
    rows: rows.map((row) => clauseTerminalRow(row, clause, resultsOf(row.id))),
    total: chosen.length,
    nextCursor,
  }
}

/** Terminals of the clause's zones, in this state where one is asked for. */
export async function chooseForClause(
  deps: ConsoleDeps,
  clause: Clause,
  { state, ...filter }: Omit<z.output<typeof answeringQuerySchema>, 'cursor' | 'limit'>,
): Promise<readonly FleetTerminal[]> {
  const fleet = await readFleet(deps, filter)
  return fleet.filter((terminal) => {
    const came = clauseStateOf(terminal, clause)
    return came !== null && (state === undefined || came === state)
  })
}

export async function readAnswers(deps: ConsoleDeps, id: string): Promise<TerminalAnswers> {
  const { store, clock } = deps
  const { report, answers } = await answersOf(deps, id)
  const listed = [...answers.values()].map(answeredControl)
  return {
    at: clock.now().toISOString(),
    reportedAt: report?.at ?? null,
    counts: tally(listed.map(({ state }) => state)),
    answers: listed,
    findings: (await store.findings.open(id)).map(findingRow),
    closed: (await store.findings.closed(id, mostClosed)).map(findingRow),
  }
}

async function readTerminalClauses(deps: ConsoleDeps, asked: Asked): Promise<TerminalClauses> {
  const { id } = asked.params(terminalParameter)
  const standard = requireStandard(deps, asked.query(terminalClausesQuerySchema).standard)
  const { zone, answers } = await answersOf(deps, id)
  const clauses = answerClauses(standard, zone, answers)
  return {
    standard: standardRow(standard),
    counts: tally(clauses.map(({ state }) => state)),
    rows: clauses.map(({ clause, state, controls }) => ({
      ...clauseShape(clause),
      state,
      answers: controls.map(answeredControl),
    })),
  }
}

async function answersOf({ store, clock, documents }: ConsoleDeps, id: string) {
  const terminal = await store.terminals.find(id)
  if (terminal === null) throw refusals.notFound(`terminal ${id}`)
  const report = await store.results.find(id)
  const staleAfterMinutes = staleAfterMinutesOf(await documents.pushed(), report?.policyDigest ?? null)
  const answers = answerControls(report?.results ?? [], { now: clock.now(), staleAfterMinutes })
  return { zone: terminal.zone, report, answers }
}

function requireControl(id: string) {
  const control = findControl(id)
  if (control === undefined) throw refusals.notFound(`control ${id}`)
  return control
}

export function requireStandard({ catalogue }: ConsoleDeps, id: string): Standard {
  const standard = catalogue.standards().found.find((one) => one.id === id)
  if (standard === undefined) throw refusals.notFound(`standard ${id}`)
  return standard
}

export function requireClause(standard: Standard, ref: string): Clause {
  const clause = standard.clauses.find((one) => one.ref === ref)
  if (clause === undefined) throw refusals.notFound(`clause ${standard.id} ${ref}`)
  return clause
}

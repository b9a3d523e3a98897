import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { pickResults, readFleet } from '../fleet/fleet.ts'
import type { FleetTerminal } from '../store/records.ts'
import type { ConsoleDeps } from './console-deps.ts'
import {
  answeringColumns,
  answerListColumns,
  clauseColumns,
  clauseTerminalColumns,
  controlColumns,
} from './export-columns.ts'
import { sendExport } from './export-file.ts'
import {
  chooseAnswering,
  chooseForClause,
  controlParameter,
  readAnswers,
  requireClause,
  requireStandard,
  standardParameter,
  terminalParameter,
} from './result-routes.ts'
import { answeringRow, clauseTerminalRow, listClauses, listControls } from './result-views.ts'
import {
  answeringQuerySchema,
  clauseTerminalsQuerySchema,
  exportOptions,
  fleetQuerySchema,
} from './results-contract.ts'
import { type Asked, addRoute } from './routes.ts'

/** Results are read for so many terminals at once: a list of thousands never lies in memory whole. */
const chunkRows = 200

const fleetExport = z.strictObject({ ...fleetQuerySchema.shape, ...exportOptions })
const answeringExport = z.strictObject({
  ...answeringQuerySchema.omit({ cursor: true, limit: true }).shape,
  ...exportOptions,
})
const clauseExport = z.strictObject({
  ...clauseTerminalsQuerySchema.omit({ cursor: true, limit: true }).shape,
  ...exportOptions,
})

/** Every list of controls and clauses as a file. */
export function addExportRoutes(app: FastifyInstance, deps: ConsoleDeps): void {
  const get = (url: string, run: (asked: Asked) => Promise<unknown>) =>
    addRoute(app, deps, { method: 'GET', url, role: 'viewer', run })
  get('/api/controls/export', (asked) => exportControls(deps, asked))
  get('/api/controls/:control/terminals/export', (asked) => exportAnswering(deps, asked))
  get('/api/standards/:standard/export', (asked) => exportStandard(deps, asked))
  get('/api/standards/:standard/terminals/export', (asked) => exportClause(deps, asked))
  get('/api/terminals/:id/answers/export', (asked) => exportAnswers(deps, asked))
}

async function exportControls(deps: ConsoleDeps, asked: Asked): Promise<unknown> {
  const { format, lang, ...filter } = asked.query(fleetExport)
  const rows = listControls(await readFleet(deps, filter))
  return sendExport(deps, asked, { name: 'controls', columns: controlColumns, rows }, { format, lang })
}

async function exportAnswering(deps: ConsoleDeps, asked: Asked): Promise<unknown> {
  const { control } = asked.params(controlParameter)
  const { format, lang, ...filter } = asked.query(answeringExport)
  const chosen = await chooseAnswering(deps, control, filter)
  const rows = eachWithResults(deps, chosen, [control], (terminal, results) => answeringRow(terminal, control, results))
  return sendExport(deps, asked, { name: control, columns: answeringColumns, rows }, { format, lang })
}

async function exportStandard(deps: ConsoleDeps, asked: Asked): Promise<unknown> {
  const standard = requireStandard(deps, asked.params(standardParameter).standard)
  const { format, lang, ...filter } = asked.query(fleetExport)
  const fleet = await readFleet(deps, filter)
  const rows = listClauses(standard, fleet)
  return sendExport(deps, asked, { name: standard.id, columns: clauseColumns, rows }, { format, lang })
}

async function exportClause(deps: ConsoleDeps, asked: Asked): Promise<unknown> {
  const { format, lang, ref, ...filter } = asked.query(clauseExport)
  const standard = requireStandard(deps, asked.params(standardParameter).standard)
  const clause = requireClause(standard, ref)
  const chosen = await chooseForClause(deps, clause, filter)
  const rows = eachWithResults(deps, chosen, clause.controls, (terminal, results) =>
    clauseTerminalRow(terminal, clause, results),
  )
  const place = standard.clauses.indexOf(clause) + 1
  const name = `${standard.id}-clause-${place}`
  return sendExport(deps, asked, { name, columns: clauseTerminalColumns, rows }, { format, lang })
}

async function exportAnswers(deps: ConsoleDeps, asked: Asked): Promise<unknown> {
  const { id } = asked.params(terminalParameter)
  const options = asked.query(z.strictObject(exportOptions))
  const { answers } = await readAnswers(deps, id)
  return sendExport(deps, asked, { name: id, columns: answerListColumns, rows: answers }, options)
}

async function* eachWithResults<Row>(
  deps: ConsoleDeps,
  terminals: readonly FleetTerminal[],
  controls: readonly string[],
  rowOf: (terminal: FleetTerminal, results: Parameters<typeof answeringRow>[2]) => Row,
): AsyncGenerator<Row> {
  for (let from = 0; from < terminals.length; from += chunkRows) {
    const chunk = terminals.slice(from, from + chunkRows)
    const resultsOf = await pickResults(deps, chunk, controls)
    for (const terminal of chunk) yield rowOf(terminal, resultsOf(terminal.id))
  }
}

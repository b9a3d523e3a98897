import { z } from 'zod'
import { outcomes, type Result, resultSchema } from '../../../checks/result.ts'
import { zones } from '../../../protocol/zone.ts'
import { presenceStates } from '../../words.ts'
import type { FleetFilter, FleetTerminal, ResultReport, StaleLimits } from '../records.ts'
import type { ResultStore } from '../store.ts'
import { createWhere, jsonColumn, terminalHas } from './columns.ts'
import type { Database } from './database.ts'
import { codesPerControl, createTold, staleCode } from './told.ts'

const reportSchema = z.object({ at: z.string(), policyDigest: z.string().nullable() })
const resultRow = z.object({ terminalId: z.string(), result: jsonColumn(resultSchema) })
const controlRow = z.object({ no: z.number(), id: z.string() })
const fleetRow = z.object({
  id: z.string(),
  hostname: z.string(),
  zone: z.enum(zones),
  group: z.string(),
  state: z.enum(presenceStates),
  reportedAt: z.string().nullable(),
  codes: z.string().nullable(),
})

export function createResultStore(db: Database): ResultStore {
  return {
    async put(terminalId, report, receivedAt) {
      return db.commit(() => putReport(db, terminalId, report, receivedAt))
    },
    async find(terminalId) {
      const report = db.one(
        reportSchema,
        `SELECT at, policy_digest AS policyDigest FROM result_reports
          WHERE terminal_no = (SELECT no FROM terminals WHERE id = ?)`,
        terminalId,
      )
      if (report === null) return null
      const rows = db.all(
        resultRow,
        `SELECT terminals.id AS terminalId, result FROM terminals JOIN results ON terminal_no = terminals.no
          WHERE terminals.id = ? ORDER BY control_no`,
        terminalId,
      )
      return { ...report, results: rows.map(({ result }) => result) }
    },
    async pick(terminalIds, controls) {
      const rows = db.all(
        resultRow,
        `SELECT terminals.id AS terminalId, result FROM json_each(?) AS wanted
          JOIN terminals ON terminals.id = wanted.value
          JOIN results ON terminal_no = terminals.no
            AND control_no IN (SELECT controls.no FROM json_each(?) AS named JOIN controls ON controls.id = named.value)`,
        JSON.stringify(terminalIds),
        JSON.stringify(controls),
      )
      return groupByTerminal(rows)
    },
    async fleet(filter, limits) {
      return readFleet(db, filter, limits)
    },
  }
}

/** Inside the caller's commit. */
function putReport(db: Database, terminalId: string, report: ResultReport, receivedAt: string): boolean {
  const changed = db.run(
    `INSERT INTO result_reports (terminal_no, at, policy_digest) SELECT no, ?, ? FROM terminals WHERE id = ?
      ON CONFLICT DO UPDATE SET at = excluded.at, policy_digest = excluded.policy_digest
      WHERE excluded.at >= result_reports.at OR result_reports.at > ?`,
    report.at,
    report.policyDigest,
    terminalId,
    receivedAt,
  )
  if (changed === 0) return false
  db.run('DELETE FROM results WHERE terminal_no = (SELECT no FROM terminals WHERE id = ?)', terminalId)
  for (const result of report.results) insertResult(db, terminalId, result)
  return true
}

function insertResult(db: Database, terminalId: string, result: Result): void {
  db.run('INSERT INTO controls (id) VALUES (?) ON CONFLICT DO NOTHING', result.control)
  db.run(
    `INSERT INTO results (terminal_no, control_no, outcome, is_stale, read_at, result)
      VALUES ((SELECT no FROM terminals WHERE id = ?), (SELECT no FROM controls WHERE id = ?), ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET outcome = excluded.outcome, is_stale = excluded.is_stale, read_at = excluded.read_at,
        result = excluded.result`,
    terminalId,
    result.control,
    outcomes.indexOf(result.outcome),
    result.isStale ? 1 : 0,
    result.readAt === null ? null : Date.parse(result.readAt),
    JSON.stringify(result),
  )
}

function groupByTerminal(rows: readonly z.infer<typeof resultRow>[]): ReadonlyMap<string, readonly Result[]> {
  const found = new Map<string, Result[]>()
  for (const { terminalId, result } of rows) {
    const held = found.get(terminalId)
    if (held === undefined) found.set(terminalId, [result])
    else held.push(result)
  }
  return found
}

/** One line per terminal: its results as numbers, joined, since hundreds of thousands of rows would be slow to hand over. */
const codesSql = `SELECT group_concat(control_no * ${codesPerControl} +
    iif(is_stale = 1 OR read_at < audience.cutoff, ${staleCode}, outcome))
  FROM results WHERE terminal_no = audience.no`

function readFleet(db: Database, filter: FleetFilter, limits: StaleLimits): readonly FleetTerminal[] {
  const where = createWhere([['revoked_at IS NULL'], ...fleetConditions(filter)])
  const rows = db.all(
    fleetRow,
    `WITH cutoffs (digest, cutoff) AS MATERIALIZED (SELECT key, value FROM json_each(?)),
      audience AS MATERIALIZED (
        SELECT no, id, hostname, zone, group_name, state, at, coalesce(cutoff, ?) AS cutoff FROM terminals
          LEFT JOIN result_reports ON terminal_no = no LEFT JOIN cutoffs ON digest = policy_digest WHERE ${where.sql}
      )
      SELECT id, hostname, zone, group_name AS "group", state, at AS reportedAt, (${codesSql}) AS codes
        FROM audience ORDER BY hostname, id`,
    JSON.stringify(Object.fromEntries(limits.byPolicy)),
    limits.otherwise,
    ...where.values,
  )
  const numbers = new Map(db.all(controlRow, 'SELECT no, id FROM controls').map(({ no, id }) => [id, no]))
  return rows.map(({ codes, ...terminal }) => ({ ...terminal, told: createTold(codes, numbers) }))
}

export function fleetConditions({ zone, group, q }: FleetFilter) {
  return [
    zone === undefined ? null : (['zone = ?', zone] as const),
    group === undefined ? null : (['group_name = ?', group] as const),
    terminalHas(q),
  ]
}

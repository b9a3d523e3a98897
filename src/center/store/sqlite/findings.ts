import { z } from 'zod'
import { findingClosedSchema, findingOpenedSchema } from '../../../checks/finding.ts'
import { sentenceSchema } from '../../../checks/result.ts'
import { type Severity, severities } from '../../../protocol/events.ts'
import type { FindingRecord, NewStoredEvent } from '../records.ts'
import type { FindingStore } from '../store.ts'
import { createWhere, jsonColumn } from './columns.ts'
import type { Database } from './database.ts'
import { fleetConditions } from './results.ts'

const columns = 'control, key, severity, words, times, opened_at AS openedAt, closed_at AS closedAt'
const wordsSchema = z.object({
  outcome: z.enum(['fail', 'unknown']),
  text: sentenceSchema,
  remedy: sentenceSchema.nullable(),
})
const rowSchema = z
  .object({
    control: z.string(),
    key: z.string(),
    severity: z.number().transform((rank): Severity => severities[rank] ?? 'critical'),
    words: jsonColumn(wordsSchema),
    times: z.number(),
    openedAt: z.string(),
    closedAt: z.string().nullable(),
  })
  .transform(({ words, ...row }): FindingRecord => ({ ...row, ...words }))
const countRow = z.object({ severity: z.number(), findings: z.number() })
const terminalCount = z.object({ terminals: z.number() })

export function createFindingStore(db: Database): FindingStore {
  const ofTerminal = 'terminal_no = (SELECT no FROM terminals WHERE id = ?)'
  return {
    async open(terminalId) {
      const sql = `SELECT ${columns} FROM findings WHERE ${ofTerminal} AND closed_at IS NULL
        ORDER BY findings.severity DESC, opened_at, control, key`
      return db.all(rowSchema, sql, terminalId)
    },
    async closed(terminalId, limit) {
      const sql = `SELECT ${columns} FROM findings WHERE ${ofTerminal} AND closed_at IS NOT NULL
        ORDER BY closed_at DESC, control, key LIMIT ?`
      return db.all(rowSchema, sql, terminalId, limit)
    },
    async countOpen(filter) {
      const where = createWhere([['closed_at IS NULL AND revoked_at IS NULL'], ...fleetConditions(filter)])
      const from = `findings JOIN terminals ON terminals.no = findings.terminal_no WHERE ${where.sql}`
      const rows = db.all(
        countRow,
        `SELECT findings.severity, count(*) AS findings FROM ${from} GROUP BY 1`,
        ...where.values,
      )
      const distinct = `SELECT count(DISTINCT terminal_no) AS terminals FROM ${from}`
      const of = (severity: Severity) =>
        rows.find((row) => row.severity === severities.indexOf(severity))?.findings ?? 0
      return {
        findings: rows.reduce((sum, row) => sum + row.findings, 0),
        terminals: db.one(terminalCount, distinct, ...where.values)?.terminals ?? 0,
        bySeverity: { low: of('low'), medium: of('medium'), high: of('high'), critical: of('critical') },
      }
    },
  }
}

/** A newer line of the journal than the finding has seen, also one of a later branch. */
const isNewer = '(excluded.branch, excluded.seq) > (findings.branch, findings.seq)'

/** Opens or closes what the event tells of; within the commit of the event. Lines that come late change nothing. */
export function writeFinding(db: Database, { terminalId, source, branch, event }: NewStoredEvent): void {
  const told = source === 'terminal' ? parseFinding(event) : null
  if (told === null) return
  const { key, outcome, text, remedy, since, count, closedAt } = told
  db.run(
    `INSERT INTO findings (terminal_no, control, key, branch, seq, severity, words, times, opened_at, closed_at)
      VALUES ((SELECT no FROM terminals WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET branch = excluded.branch, seq = excluded.seq,
        severity = iif(excluded.closed_at IS NULL, excluded.severity, findings.severity),
        words = iif(excluded.closed_at IS NULL, excluded.words, findings.words), times = max(findings.times, excluded.times),
        opened_at = excluded.opened_at, closed_at = excluded.closed_at
      WHERE ${isNewer}`,
    terminalId,
    event.control ?? '',
    key,
    branch,
    event.seq,
    severities.indexOf(event.severity),
    JSON.stringify({ outcome, text, remedy }),
    count,
    since,
    closedAt,
  )
}

/** Null for another event, and for one whose data this version cannot read: it stays an event of the journal. */
function parseFinding({ kind, at, data }: NewStoredEvent['event']) {
  if (kind === 'finding.opened') {
    const parsed = findingOpenedSchema.safeParse(data)
    return parsed.success ? { ...parsed.data, closedAt: null } : null
  }
  if (kind !== 'finding.closed') return null
  const parsed = findingClosedSchema.safeParse(data)
  return parsed.success ? { ...parsed.data, remedy: null, closedAt: at } : null
}

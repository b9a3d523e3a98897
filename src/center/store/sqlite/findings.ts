import { z } from 'zod'
import { sentenceSchema } from '../../../checks/result.ts'
import { type Severity, severities } from '../../../protocol/events.ts'
import type { FindingRecord, NewStoredEvent } from '../records.ts'
import type { FindingStore } from '../store.ts'
import { createWhere, jsonColumn } from './columns.ts'
import type { Database } from './database.ts'
import { fleetConditions } from './results.ts'

const columns = 'control, key, severity, text, times, opened_at AS openedAt, closed_at AS closedAt'
const rowSchema: z.ZodType<FindingRecord> = z.object({
  control: z.string(),
  key: z.string(),
  severity: z.number().transform((rank): Severity => severities[rank] ?? 'critical'),
  text: jsonColumn(sentenceSchema).nullable(),
  times: z.number(),
  openedAt: z.string(),
  closedAt: z.string().nullable(),
})
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
  if (source !== 'terminal' || (event.kind !== 'finding.opened' && event.kind !== 'finding.closed')) return
  const isOpen = event.kind === 'finding.opened'
  const { key, text, since } = readFinding(event)
  db.run(
    `INSERT INTO findings (terminal_no, control, key, branch, seq, severity, text, times, opened_at, closed_at)
      VALUES ((SELECT no FROM terminals WHERE id = ?), ?, ?, ?, ?, ?, ?, 1, ?, ?)
      ON CONFLICT DO UPDATE SET branch = excluded.branch, seq = excluded.seq,
        severity = iif(excluded.closed_at IS NULL, excluded.severity, findings.severity),
        text = coalesce(excluded.text, findings.text),
        times = findings.times + iif(excluded.closed_at IS NULL AND findings.closed_at IS NOT NULL, 1, 0),
        opened_at = iif(excluded.closed_at IS NULL AND findings.closed_at IS NOT NULL, excluded.opened_at,
          findings.opened_at),
        closed_at = excluded.closed_at
      WHERE ${isNewer}`,
    terminalId,
    event.control ?? '',
    key,
    branch,
    event.seq,
    severities.indexOf(event.severity),
    text === null ? null : JSON.stringify(text),
    since ?? event.at,
    isOpen ? null : event.at,
  )
}

/** What the agent records with a finding; a finding of the whole control has no item, and is known by its subject. */
const findingData = z.object({
  key: z.string().max(200).optional().catch(undefined),
  text: sentenceSchema.optional().catch(undefined),
  reason: sentenceSchema.optional().catch(undefined),
  since: z.iso.datetime().optional().catch(undefined),
})

function readFinding({ subject, data }: NewStoredEvent['event']) {
  const { key, text, reason, since } = findingData.parse(data)
  return { key: key ?? subject, text: text ?? reason ?? null, since: since ?? null }
}

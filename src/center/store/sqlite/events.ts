import { z } from 'zod'
import { eventKinds, type Severity, severities } from '../../../protocol/events.ts'
import { zones } from '../../../protocol/zone.ts'
import { createPage, idCursor, parseCursor } from '../cursor.ts'
import type { EventFilter, NewStoredEvent, StoredEvent } from '../records.ts'
import type { EventStore } from '../store.ts'
import { createWhere, jsonColumn, likePart } from './columns.ts'
import type { Database } from './database.ts'
import { writeFinding } from './findings.ts'
import { writeTerminalChanges } from './terminals.ts'

const kindNames = Object.keys(eventKinds).filter((kind): kind is keyof typeof eventKinds => kind in eventKinds)
const columns = `events.id, terminals.id AS terminalId, hostname, events.zone, source, seq, branch, at,
  received_at AS receivedAt, boot_id AS bootId, kind, lane, control, severity, subject, data`
const from = 'events JOIN terminals ON terminals.no = events.terminal_no'

const rowSchema: z.ZodType<StoredEvent> = z.object({
  id: z.number(),
  terminalId: z.string(),
  hostname: z.string(),
  zone: z.enum(zones),
  source: z.enum(['terminal', 'collector']),
  seq: z.number().nullable(),
  branch: z.number(),
  at: z.string(),
  receivedAt: z.string(),
  bootId: z.string(),
  kind: z.enum(kindNames),
  lane: z.enum(['violation', 'chatter']),
  control: z.string().nullable(),
  severity: z.number().transform((rank): Severity => severities[rank] ?? 'critical'),
  subject: z.string(),
  data: jsonColumn(z.record(z.string(), z.json())),
})
const lineSchema = z.object({
  seq: z.number(),
  branch: z.number(),
  hash: z.instanceof(Uint8Array).transform((bytes) => Buffer.from(bytes).toString('hex')),
})
const countSchema = z.object({ id: z.string(), count: z.number() })
const numberSchema = z.object({ value: z.number() })

export function createEventStore(db: Database): EventStore {
  return {
    async commit(events, changes) {
      return db.commit(() => {
        const ids = events.map((event) => insertEvent(db, event))
        for (const event of events) writeFinding(db, event)
        writeTerminalChanges(db, changes)
        return ids
      })
    },
    async heldLines(terminalId, fromSeq, toSeq) {
      const sql = `SELECT seq, branch, hash FROM events WHERE terminal_no = (SELECT no FROM terminals WHERE id = ?)
        AND seq BETWEEN ? AND ? ORDER BY seq, branch`
      return db.all(lineSchema, sql, terminalId, fromSeq, toSeq)
    },
    async list(filter, page) {
      const before = parseCursor(idCursor, page.cursor)
      const where = createWhere([...listConditions(filter), before === null ? null : ['events.id < ?', before]])
      const sql = `SELECT ${columns} FROM ${from} WHERE ${where.sql} ORDER BY events.id DESC LIMIT ?`
      return createPage(db.all(rowSchema, sql, ...where.values, page.limit + 1), page.limit, (row) => row.id)
    },
    async violationsAfter(afterId, limit) {
      const sql = `SELECT ${columns} FROM ${from} WHERE violation = 1 AND events.id > ? ORDER BY events.id LIMIT ?`
      return db.all(rowSchema, sql, afterId, limit)
    },
    async latestId() {
      return db.one(numberSchema, 'SELECT coalesce(max(id), 0) AS value FROM events')?.value ?? 0
    },
    async countViolations(terminalIds, since) {
      const sql = `SELECT terminals.id, count(*) AS count FROM json_each(?) AS wanted
        JOIN terminals ON terminals.id = wanted.value
        JOIN events ON events.terminal_no = terminals.no AND violation = 1 AND received_at >= ? GROUP BY terminals.no`
      const rows = db.all(countSchema, sql, JSON.stringify(terminalIds), since)
      return new Map(rows.map((row) => [row.id, row.count]))
    },
  }
}

const insertSql = `INSERT INTO events (terminal_no, zone, source, branch, seq, at, received_at, boot_id, kind, lane,
  violation, control, severity, subject, data, prev, hash)
  VALUES ((SELECT no FROM terminals WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

function insertEvent(db: Database, { terminalId, zone, source, branch, event, receivedAt }: NewStoredEvent): number {
  const { lane } = eventKinds[event.kind]
  const own = source === 'collector'
  return db.insert(
    insertSql,
    terminalId,
    zone,
    source,
    branch,
    own ? null : event.seq,
    event.at,
    receivedAt,
    event.bootId,
    event.kind,
    lane,
    lane === 'violation' && event.severity !== 'info' ? 1 : 0,
    event.control ?? null,
    severities.indexOf(event.severity),
    event.subject,
    JSON.stringify(event.data),
    own ? null : Buffer.from(event.prev, 'hex'),
    own ? null : Buffer.from(event.hash, 'hex'),
  )
}

function listConditions(filter: EventFilter) {
  const like = filter.q === undefined || filter.q === '' ? null : likePart(filter.q)
  return [
    filter.terminalId === undefined
      ? null
      : (['events.terminal_no = (SELECT no FROM terminals WHERE id = ?)', filter.terminalId] as const),
    filter.zone === undefined ? null : (['events.zone = ?', filter.zone] as const),
    filter.lane === undefined ? null : (['lane = ?', filter.lane] as const),
    filter.kind === undefined ? null : (['kind = ?', filter.kind] as const),
    filter.minSeverity === undefined
      ? null
      : (['violation = 1 AND severity >= ?', severities.indexOf(filter.minSeverity)] as const),
    like === null
      ? null
      : ([
          `(hostname LIKE ? ESCAPE '\\' OR subject LIKE ? ESCAPE '\\' OR kind LIKE ? ESCAPE '\\')`,
          like,
          like,
          like,
        ] as const),
  ]
}

import { z } from 'zod'
import { envelopeSchema } from '../../../protocol/messages.ts'
import { zones } from '../../../protocol/zone.ts'
import { documentKinds, documentOutcomes } from '../../words.ts'
import { createPage, idCursor, parseCursor } from '../cursor.ts'
import type { DocumentRecord, DocumentResult, NewDocument } from '../records.ts'
import type { DocumentStore } from '../store.ts'
import { createWhere, flag, jsonColumn } from './columns.ts'
import type { Database } from './database.ts'

const columns = `no, digest, kind, id, version, title, mode, audience, valid_from AS validFrom, expires, signers,
  envelope, content, uploaded_at AS uploadedAt, uploaded_by AS uploadedBy, pushed_at AS pushedAt,
  pushed_by AS pushedBy, EXISTS (SELECT 1 FROM documents AS newer WHERE newer.kind = documents.kind
    AND newer.id = documents.id AND newer.version > documents.version AND newer.pushed_at IS NOT NULL) AS superseded`

const rowSchema = z.object({
  no: z.number(),
  digest: z.string(),
  kind: z.enum(documentKinds),
  id: z.string(),
  version: z.number().nullable(),
  title: jsonColumn(z.object({ ja: z.string(), en: z.string() })),
  mode: z.enum(['observe', 'enforce']).nullable(),
  audience: jsonColumn(
    z.object({ zones: z.array(z.enum(zones)), groups: z.array(z.string()), terminals: z.array(z.string()) }),
  ),
  validFrom: z.string().nullable(),
  expires: z.string().nullable(),
  signers: jsonColumn(z.array(z.object({ keyid: z.string(), holder: z.string(), role: z.string() }))),
  envelope: jsonColumn(envelopeSchema),
  content: jsonColumn(z.unknown()),
  uploadedAt: z.string(),
  uploadedBy: z.string(),
  pushedAt: z.string().nullable(),
  pushedBy: z.string().nullable(),
  superseded: flag,
})
const resultSchema: z.ZodType<DocumentResult> = z.object({
  digest: z.string(),
  terminalId: z.string(),
  outcome: z.enum(documentOutcomes),
  code: z.string(),
  detail: z.string(),
  at: z.string(),
})
const resultColumns = 'digest, terminal_id AS terminalId, outcome, code, detail, at'

export function createDocumentStore(db: Database): DocumentStore {
  return {
    async add(document) {
      return insertDocument(db, document)
    },
    async find(digest) {
      const row = db.one(rowSchema, `SELECT ${columns} FROM documents WHERE digest = ?`, digest)
      return row === null ? null : withoutNumber(row)
    },
    async list(kind, page) {
      const before = parseCursor(idCursor, page.cursor)
      const where = createWhere([
        kind === undefined ? null : ['kind = ?', kind],
        before === null ? null : ['no < ?', before],
      ])
      const sql = `SELECT ${columns} FROM documents WHERE ${where.sql} ORDER BY no DESC LIMIT ?`
      const { rows, nextCursor } = createPage(
        db.all(rowSchema, sql, ...where.values, page.limit + 1),
        page.limit,
        (row) => row.no,
      )
      return { rows: rows.map(withoutNumber), nextCursor }
    },
    async pushed() {
      const sql = `SELECT ${columns} FROM documents WHERE pushed_at IS NOT NULL ORDER BY pushed_at, no`
      return db.all(rowSchema, sql).map(withoutNumber)
    },
    async push(digest, by, at) {
      db.run('UPDATE documents SET pushed_at = ?, pushed_by = ? WHERE digest = ?', at, by, digest)
    },
    async putResult(result) {
      const sql = `INSERT INTO document_results (digest, terminal_id, outcome, code, detail, at)
        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET outcome = excluded.outcome, code = excluded.code,
        detail = excluded.detail, at = excluded.at`
      db.run(sql, result.digest, result.terminalId, result.outcome, result.code, result.detail, result.at)
    },
    async results(digest) {
      return db.all(resultSchema, `SELECT ${resultColumns} FROM document_results WHERE digest = ?`, digest)
    },
    async resultsOf(terminalId) {
      return db.all(resultSchema, `SELECT ${resultColumns} FROM document_results WHERE terminal_id = ?`, terminalId)
    },
  }
}

function insertDocument(db: Database, document: NewDocument): boolean {
  const sql = `INSERT INTO documents (digest, kind, id, version, title, mode, audience, valid_from, expires, signers,
    envelope, content, uploaded_at, uploaded_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (digest) DO NOTHING`
  const changed = db.run(
    sql,
    document.digest,
    document.kind,
    document.id,
    document.version,
    JSON.stringify(document.title),
    document.mode,
    JSON.stringify(document.audience),
    document.validFrom,
    document.expires,
    JSON.stringify(document.signers),
    JSON.stringify(document.envelope),
    JSON.stringify(document.content),
    document.uploadedAt,
    document.uploadedBy,
  )
  return changed === 1
}

function withoutNumber({ no: _no, ...row }: z.infer<typeof rowSchema>): DocumentRecord {
  return row
}

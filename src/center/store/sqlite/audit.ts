import { z } from 'zod'
import { createPage, idCursor, parseCursor } from '../cursor.ts'
import type { AuditStore } from '../store.ts'
import { createWhere, likePart } from './columns.ts'
import type { Database } from './database.ts'

const rowSchema = z.object({
  id: z.number(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  outcome: z.enum(['done', 'refused']),
  detail: z.string(),
  remote: z.string(),
})

export function createAuditStore(db: Database): AuditStore {
  return {
    async add({ at, actor, action, subject, outcome, detail, remote }) {
      const sql = `INSERT INTO audit (at, actor, action, subject, outcome, detail, remote)
        VALUES (?, ?, ?, ?, ?, ?, ?)`
      db.run(sql, at, actor, action, subject, outcome, detail, remote)
    },
    async list(q, page) {
      const before = parseCursor(idCursor, page.cursor)
      const like = q === undefined || q === '' ? null : likePart(q)
      const where = createWhere([
        like === null
          ? null
          : [`(actor LIKE ? ESCAPE '\\' OR action LIKE ? ESCAPE '\\' OR subject LIKE ? ESCAPE '\\')`, like, like, like],
        before === null ? null : ['id < ?', before],
      ])
      const sql = `SELECT id, at, actor, action, subject, outcome, detail, remote FROM audit
        WHERE ${where.sql} ORDER BY id DESC LIMIT ?`
      return createPage(db.all(rowSchema, sql, ...where.values, page.limit + 1), page.limit, (row) => row.id)
    },
  }
}

import { z } from 'zod'
import { zones } from '../../../protocol/zone.ts'
import type { TokenRecord } from '../records.ts'
import type { TokenStore } from '../store.ts'
import type { Database } from './database.ts'

const columns = `id, secret_sha256 AS secretSha256, zone, group_name AS "group", root_sha256 AS rootSha256, uses_left AS usesLeft, expires,
  created_at AS createdAt, created_by AS createdBy`
const rowSchema: z.ZodType<TokenRecord> = z.object({
  id: z.string(),
  secretSha256: z.string(),
  zone: z.enum(zones),
  group: z.string(),
  rootSha256: z.string(),
  usesLeft: z.number(),
  expires: z.string(),
  createdAt: z.string(),
  createdBy: z.string(),
})

export function createTokenStore(db: Database): TokenStore {
  return {
    async add(token) {
      const sql = `INSERT INTO tokens (id, secret_sha256, zone, group_name, root_sha256, uses_left, expires,
        created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
      const { id, secretSha256, zone, group, rootSha256, usesLeft, expires, createdAt, createdBy } = token
      db.run(sql, id, secretSha256, zone, group, rootSha256, usesLeft, expires, createdAt, createdBy)
    },
    async find(id) {
      return db.one(rowSchema, `SELECT ${columns} FROM tokens WHERE id = ?`, id)
    },
    async list() {
      return db.all(rowSchema, `SELECT ${columns} FROM tokens ORDER BY created_at DESC`)
    },
    async use(id, now) {
      const sql = 'UPDATE tokens SET uses_left = uses_left - 1 WHERE id = ? AND uses_left > 0 AND expires > ?'
      return db.run(sql, id, now) === 1
    },
    async revoke(id) {
      return db.run('UPDATE tokens SET uses_left = 0 WHERE id = ? AND uses_left > 0', id) === 1
    },
  }
}

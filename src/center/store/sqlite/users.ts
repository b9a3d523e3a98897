import { z } from 'zod'
import { roles } from '../../words.ts'
import type { SessionRecord, UserRecord } from '../records.ts'
import type { UserStore } from '../store.ts'
import { flag } from './columns.ts'
import type { Database } from './database.ts'

const userColumns = `name, role, password, must_change AS mustChangePassword, created_at AS createdAt,
  failed AS failedSignIns, locked_until AS lockedUntil`
const userSchema = z.object({
  name: z.string(),
  role: z.enum(roles),
  password: z.string(),
  mustChangePassword: flag,
  createdAt: z.string(),
  failedSignIns: z.number(),
  lockedUntil: z.string().nullable(),
})
const sessionColumns = 'id_sha256 AS idSha256, user, created_at AS createdAt, last_used AS lastUsed, expires'
const sessionSchema: z.ZodType<SessionRecord> = z.object({
  idSha256: z.string(),
  user: z.string(),
  createdAt: z.string(),
  lastUsed: z.string(),
  expires: z.string(),
})

export function createUserStore(db: Database): UserStore {
  return {
    async add(user) {
      const sql = `INSERT INTO users (name, role, password, must_change, created_at, failed, locked_until)
        VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING`
      return db.run(sql, user.name, ...listValues(user), user.createdAt, ...listLock(user)) === 1
    },
    async find(name) {
      return findUser(db, name)
    },
    async list() {
      return db.all(userSchema, `SELECT ${userColumns} FROM users ORDER BY name`)
    },
    async change(name, change) {
      db.commit(() => {
        const held = findUser(db, name)
        if (held === null) return
        const next = { ...held, ...change }
        const sql = `UPDATE users SET role = ?, password = ?, must_change = ?, failed = ?, locked_until = ?
          WHERE name = ?`
        db.run(sql, ...listValues(next), ...listLock(next), name)
      })
    },
    async remove(name) {
      return db.run('DELETE FROM users WHERE name = ?', name) === 1
    },
    async addSession({ idSha256, user, createdAt, lastUsed, expires }) {
      const sql = 'INSERT INTO sessions (id_sha256, user, created_at, last_used, expires) VALUES (?, ?, ?, ?, ?)'
      db.run(sql, idSha256, user, createdAt, lastUsed, expires)
    },
    async findSession(idSha256) {
      return db.one(sessionSchema, `SELECT ${sessionColumns} FROM sessions WHERE id_sha256 = ?`, idSha256)
    },
    async touchSession(idSha256, at) {
      db.run('UPDATE sessions SET last_used = ? WHERE id_sha256 = ?', at, idSha256)
    },
    async removeSession(idSha256) {
      db.run('DELETE FROM sessions WHERE id_sha256 = ?', idSha256)
    },
    async removeSessions(user, exceptIdSha256 = '') {
      db.run('DELETE FROM sessions WHERE user = ? AND id_sha256 <> ?', user, exceptIdSha256)
    },
    async removeSessionsBefore(expires) {
      db.run('DELETE FROM sessions WHERE expires < ?', expires)
    },
  }
}

function findUser(db: Database, name: string): UserRecord | null {
  return db.one(userSchema, `SELECT ${userColumns} FROM users WHERE name = ?`, name)
}

function listValues(user: UserRecord) {
  return [user.role, user.password, user.mustChangePassword ? 1 : 0] as const
}

function listLock(user: UserRecord) {
  return [user.failedSignIns, user.lockedUntil] as const
}

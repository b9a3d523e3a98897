import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { renameOver } from '../write-file.ts'

/** Rises with the tables. */
const schemaVersion = 1
const tables = `
  CREATE TABLE rows (kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, name)) STRICT;
`
const busyTimeoutMs = 1_000

/**
 * `state`: last result of a control. `facts`, `baseline`: readings of a check. `told`: which facts the center has.
 * `finding`, `mark`: see `findings.ts`.
 */
export type RowKind = 'state' | 'facts' | 'told' | 'baseline' | 'finding' | 'mark' | 'meta'

const rowSchema = z.object({ name: z.string(), body: z.string() })
const fieldSchema = z.object({ name: z.string(), value: z.string().nullable() })

/** What the checks keep, as JSON texts by kind and name, in one SQLite file that survives kill -9 and a power cut. */
export class ChecksDatabase {
  readonly #db: DatabaseSync
  /** Why it is kept in memory only, or that what was there before is set aside; null where all is well. */
  readonly trouble: string | null

  private constructor(db: DatabaseSync, trouble: string | null) {
    this.#db = db
    this.trouble = trouble
  }

  /** Never throws: a file that is damaged is set aside, and one that cannot be opened or made is replaced by memory. */
  static open(path: string, now: Date): ChecksDatabase {
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      return new ChecksDatabase(openFile(path), null)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return isDamage(error) ? ChecksDatabase.#replace(path, now, why) : ChecksDatabase.#inMemory(why)
    }
  }

  static #replace(path: string, now: Date, why: string): ChecksDatabase {
    try {
      renameOver(path, `${path}.${now.getTime()}.aside`)
      return new ChecksDatabase(openFile(path), `${path} was damaged and set aside: ${why}`)
    } catch {
      return ChecksDatabase.#inMemory(why)
    }
  }

  /** No room or no right to write: checks go on without a memory, and say so. */
  static #inMemory(why: string): ChecksDatabase {
    const db = new DatabaseSync(':memory:')
    db.exec(tables)
    return new ChecksDatabase(db, `nothing is kept: ${why}`)
  }

  /** @throws what node:sqlite throws */
  static openReadOnly(path: string): ChecksDatabase {
    return new ChecksDatabase(new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs }), null)
  }

  read(kind: RowKind, name: string): unknown {
    const row = this.#db.prepare('SELECT name, body FROM rows WHERE kind = ? AND name = ?').get(kind, name)
    return row === undefined ? undefined : parseJson(rowSchema.parse(row).body)
  }

  list(kind: RowKind): readonly unknown[] {
    const rows = this.#db.prepare('SELECT name, body FROM rows WHERE kind = ? ORDER BY name').all(kind)
    return rows.map((row) => parseJson(rowSchema.parse(row).body))
  }

  /** One text of each body, without the rest of it: null where it is none. */
  listField(kind: RowKind, field: string): ReadonlyMap<string, string | null> {
    const value = "CASE WHEN json_valid(body) AND json_type(body, ?) = 'text' THEN json_extract(body, ?) END"
    const sql = `SELECT name, ${value} AS value FROM rows WHERE kind = ?`
    const rows = this.#db.prepare(sql).all(`$.${field}`, `$.${field}`, kind)
    return new Map(rows.map((row) => fieldSchema.parse(row)).map((row) => [row.name, row.value]))
  }

  /**
   * All or nothing. What a kill must not lose is with the system when it returns; what a power cut must not lose, a
   * decision of a person, is on the disk: waiting for the disk after each check would hold up the guard. A null value
   * removes the row.
   */
  write(changes: readonly (readonly [RowKind, string, unknown])[]): void {
    const isLasting = changes.some(([kind]) => kind === 'baseline')
    this.#db.exec(`PRAGMA synchronous = ${isLasting ? 'FULL' : 'NORMAL'}; BEGIN IMMEDIATE`)
    try {
      for (const [kind, name, value] of changes) this.#writeOne(kind, name, value)
      this.#db.exec('COMMIT')
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close()
  }

  #writeOne(kind: RowKind, name: string, value: unknown): void {
    if (value === null) this.#db.prepare('DELETE FROM rows WHERE kind = ? AND name = ?').run(kind, name)
    else this.#db.prepare('INSERT OR REPLACE INTO rows VALUES (?, ?, ?)').run(kind, name, JSON.stringify(value))
  }
}

function openFile(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: busyTimeoutMs })
  try {
    db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 4194304; PRAGMA cache_size = -512',
    )
    const [row] = db.prepare('SELECT user_version AS version FROM pragma_user_version').all()
    const { version } = z.object({ version: z.int() }).parse(row)
    if (version === 0) db.exec(`BEGIN IMMEDIATE; ${tables} PRAGMA user_version = ${schemaVersion}; COMMIT`)
    else if (version !== schemaVersion) throw new SchemaError(`schema ${version}, this program knows ${schemaVersion}`)
    db.prepare('SELECT count(*) FROM rows').get()
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** SQLITE_CORRUPT, SQLITE_NOTADB (sqlite.org/rescode.html), or tables of another program; a full disk is no damage. */
function isDamage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'errcode' in error ? Number(error.errcode) & 0xff : null
  return code === null ? error instanceof SchemaError : code === 11 || code === 26
}

class SchemaError extends Error {}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the schema of its kind refuses it
  }
}

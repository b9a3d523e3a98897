import { closeSync, existsSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { z } from 'zod'
import { TanmoriError } from '../../../errors.ts'
import { migrations } from './migrations.ts'

type Parameters = readonly SQLInputValue[]

const busyTimeoutMs = 5_000

/** One SQLite file: write-ahead log, synchronous FULL (a commit is on the disk), prepared statements kept. */
export class Database {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(path: string) {
    this.#db = guardStore(() => new DatabaseSync(path, { timeout: busyTimeoutMs }))
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
    guardStore(() => this.#migrate())
  }

  all<Row>(schema: z.ZodType<Row>, sql: string, ...parameters: Parameters): readonly Row[] {
    return guardStore(() => this.#prepare(sql).all(...parameters)).map((row) => schema.parse(row))
  }

  one<Row>(schema: z.ZodType<Row>, sql: string, ...parameters: Parameters): Row | null {
    const row = guardStore(() => this.#prepare(sql).get(...parameters))
    return row === undefined ? null : schema.parse(row)
  }

  /** Answers how many rows it changed. */
  run(sql: string, ...parameters: Parameters): number {
    return Number(guardStore(() => this.#prepare(sql).run(...parameters)).changes)
  }

  /** Answers the new row's number. */
  insert(sql: string, ...parameters: Parameters): number {
    return Number(guardStore(() => this.#prepare(sql).run(...parameters)).lastInsertRowid)
  }

  /** Keeps all that `work` writes, or nothing. */
  commit<Result>(work: () => Result): Result {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#db.exec('COMMIT')
      return result
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw asStoreError(error)
    }
  }

  backup(file: string): void {
    if (existsSync(file)) throw new TanmoriError('usage', `${file}: exists; a backup never overwrites`)
    guardStore(() => closeSync(openSync(file, 'wx', 0o600))) // SQLite itself would let others read it
    this.run('VACUUM INTO ?', file)
  }

  close(): void {
    this.#statements.clear()
    this.#db.close()
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #migrate(): void {
    this.#db.exec('CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY, at TEXT NOT NULL) STRICT')
    const row = this.#db.prepare('SELECT coalesce(max(version), 0) AS version FROM migrations').get()
    const version = Number(row?.version)
    if (version > migrations.length) {
      const wanted = `${migrations.length} or lower`
      throw new TanmoriError('store.unavailable', `the store has version ${version}; this program knows ${wanted}`)
    }
    for (const [index, sql] of migrations.entries()) {
      if (index < version) continue
      this.commit(() => {
        this.#db.exec(sql)
        this.#db
          .prepare("INSERT INTO migrations (version, at) VALUES (?, strftime('%Y-%m-%dT%H:%M:%fZ'))")
          .run(index + 1)
      })
    }
  }
}

function guardStore<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw asStoreError(error)
  }
}

function asStoreError(error: unknown): TanmoriError {
  if (error instanceof TanmoriError) return error
  const reason = error instanceof Error ? error.message : String(error)
  return new TanmoriError('store.unavailable', `store: ${reason}`, { cause: error })
}

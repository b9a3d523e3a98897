import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { z } from 'zod'
import type { EventKind, JournalEvent, Lane } from '../../src/protocol/events.ts'
import { type ChainedLine, type ChainHead, genesisHead, parseLine, type StoredRow } from './chain.ts'
import { laneOf } from './stage.ts'

/** Rises with the tables; a newer file than this program knows is left alone. */
const schemaVersion = 1
const tables = `
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, lane TEXT NOT NULL, bytes INTEGER NOT NULL,
    prev TEXT NOT NULL, hash TEXT NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX chatter ON events (seq) WHERE lane = 'chatter';
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`

export type ListFilter = Readonly<{ afterSeq?: number; since?: string; kind?: EventKind; lane?: Lane; limit?: number }>

const rowSchema = z.object({
  seq: z.number(),
  at: z.string(),
  kind: z.string(),
  prev: z.string(),
  hash: z.string(),
  body: z.string(),
})
const columns = 'seq, at, kind, prev, hash, body'
const headSchema = z.object({ seq: z.number(), hash: z.string() })
const numberSchema = z.object({ value: z.number().nullable() })
const kindCountSchema = z.object({ kind: z.string(), count: z.int(), lastAt: z.string() })
export type KindCount = Readonly<z.infer<typeof kindCountSchema>>
const textSchema = z.object({ value: z.string() })

/** The journal's tables in one SQLite file. Every method may throw what node:sqlite throws. */
export class JournalDatabase {
  readonly #db: DatabaseSync
  readonly path: string

  constructor(path: string, options: Readonly<{ readOnly: boolean; busyTimeoutMs: number }>) {
    this.path = path
    this.#db = new DatabaseSync(path, { readOnly: options.readOnly, timeout: options.busyTimeoutMs })
    try {
      if (!options.readOnly) this.#prepareFile()
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  #prepareFile(): void {
    if (this.#number('SELECT page_count AS value FROM pragma_page_count') === 0) {
      this.#db.exec('PRAGMA auto_vacuum = INCREMENTAL')
    }
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 4194304')
    const version = this.#number('SELECT user_version AS value FROM pragma_user_version')
    if (version === schemaVersion) return
    if (version !== 0) throw new Error(`journal schema ${version}, this program knows ${schemaVersion}`)
    this.#db.exec(`BEGIN IMMEDIATE; ${tables} PRAGMA user_version = ${schemaVersion}; COMMIT`)
  }

  begin(): void {
    if (!this.#db.isTransaction) this.#db.exec('BEGIN IMMEDIATE')
  }
  commit(): void {
    if (this.#db.isTransaction) this.#db.exec('COMMIT')
  }
  rollback(): void {
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
  }
  close(): void {
    this.#db.close()
  }

  insert({ event, body }: ChainedLine): void {
    const values = [event.seq, event.at, event.kind, laneOf(event), lineBytes(body), event.prev, event.hash, body]
    this.#prepared('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(...values)
  }

  /** The last line's head, or the anchor of a journal whose lines have all left. */
  head(): ChainHead {
    const row = this.#prepared('SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1').get()
    return row === undefined ? this.anchor() : headSchema.parse(row)
  }

  /** The line before the first that is still held. */
  anchor(): ChainHead {
    const text = this.readMeta('anchor')
    return text === null ? genesisHead : headSchema.parse(JSON.parse(text))
  }

  lines(fromSeq: number, max: number): readonly ChainedLine[] {
    return [...this.rows(fromSeq, max)].map(parseLine)
  }

  /** As they are stored, unchecked: for verification and salvage. */
  *rows(fromSeq: number, max: number): Generator<StoredRow> {
    const rows = this.#db.prepare(`SELECT ${columns} FROM events WHERE seq >= ? ORDER BY seq LIMIT ?`)
    for (const row of rows.iterate(fromSeq, max)) yield rowSchema.parse(row)
  }

  /** The newest `limit` that fit, oldest first. */
  list(filter: ListFilter): readonly JournalEvent[] {
    const conditions: string[] = ['1']
    const values: SQLInputValue[] = []
    for (const [column, value] of [
      ['seq >', filter.afterSeq],
      ['at >=', filter.since],
      ['kind =', filter.kind],
      ['lane =', filter.lane],
    ] as const) {
      if (value === undefined) continue
      conditions.push(`${column} ?`)
      values.push(value)
    }
    const sql = `SELECT ${columns} FROM events WHERE ${conditions.join(' AND ')} ORDER BY seq DESC LIMIT ?`
    const rows = this.#db.prepare(sql).all(...values, filter.limit ?? 100)
    return rows.map((row) => parseLine(rowSchema.parse(row)).event).reverse()
  }

  hashAt(seq: number): string | null {
    const anchor = this.anchor()
    if (anchor.seq === seq) return anchor.hash
    const row = this.#prepared('SELECT seq, hash FROM events WHERE seq = ?').get(seq)
    return row === undefined ? null : headSchema.parse(row).hash
  }

  /** Chatter bytes with `fromSeq < seq <= toSeq`. */
  chatterBytes(fromSeq: number, toSeq: number): number {
    const sql = "SELECT sum(bytes) AS value FROM events WHERE lane = 'chatter' AND seq > ? AND seq <= ?"
    return this.#number(sql, fromSeq, toSeq)
  }

  /** When the oldest chatter after `seq` happened. */
  oldestChatterAt(seq: number): string | null {
    const sql = "SELECT at AS value FROM events WHERE lane = 'chatter' AND seq > ? ORDER BY seq LIMIT 1"
    const row = this.#prepared(sql).get(seq)
    return row === undefined ? null : textSchema.parse(row).value
  }

  /** Lines after `seq`. */
  countAfter(seq: number): number {
    return this.#number('SELECT count(*) AS value FROM events WHERE seq > ?', seq)
  }

  /** Of the last `maxLines` lines, how many of each kind there are since then, and when the last was. */
  countKinds(since: string, maxLines: number): readonly KindCount[] {
    const from = Math.max(0, this.head().seq - maxLines)
    const sql =
      'SELECT kind, count(*) AS count, max(at) AS lastAt FROM events WHERE seq > ? AND at >= ? GROUP BY kind ORDER BY kind'
    return this.#prepared(sql)
      .all(from, since)
      .map((row) => kindCountSchema.parse(row))
  }

  /** When the first line after `seq` was written. */
  timeAfter(seq: number): string | null {
    const row = this.#prepared('SELECT at AS value FROM events WHERE seq > ? ORDER BY seq LIMIT 1').get(seq)
    return row === undefined ? null : textSchema.parse(row).value
  }

  /** Bytes in use, free pages not counted. */
  bytes(): number {
    const pages = this.#number('SELECT page_count AS value FROM pragma_page_count')
    const free = this.#number('SELECT freelist_count AS value FROM pragma_freelist_count')
    return (pages - free) * this.#number('SELECT page_size AS value FROM pragma_page_size')
  }

  /** Takes lines from the head of the journal, at most `max`; the last line always stays. */
  removeHead(upToSeq: number, before: string | null, max: number): number {
    const candidates = this.#db
      .prepare(
        'SELECT seq, hash FROM events WHERE seq <= ? AND seq < (SELECT max(seq) FROM events) ORDER BY seq LIMIT ?',
      )
      .all(upToSeq, max)
      .map((row) => headSchema.parse(row))
    const kept = before === null ? candidates.length : candidates.findIndex(({ seq }) => !this.#isBefore(seq, before))
    const removed = kept === -1 ? candidates : candidates.slice(0, kept)
    const last = removed.at(-1)
    if (last === undefined) return 0
    this.writeMeta('anchor', JSON.stringify({ seq: last.seq, hash: last.hash }))
    this.#db.prepare('DELETE FROM events WHERE seq <= ?').run(last.seq)
    return removed.length
  }

  #isBefore(seq: number, before: string): boolean {
    const row = this.#prepared('SELECT at AS value FROM events WHERE seq = ?').get(seq)
    return row !== undefined && textSchema.parse(row).value < before
  }

  releaseFreePages(): void {
    this.#db.exec('PRAGMA incremental_vacuum(256)')
  }

  readMeta(key: string): string | null {
    const row = this.#prepared('SELECT value FROM meta WHERE key = ?').get(key)
    return row === undefined ? null : textSchema.parse(row).value
  }

  writeMeta(key: string, value: string): void {
    this.#prepared('INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value').run(
      key,
      value,
    )
  }

  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()
  #prepared(sql: string): ReturnType<DatabaseSync['prepare']> {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #number(sql: string, ...values: readonly SQLInputValue[]): number {
    return numberSchema.parse(this.#prepared(sql).get(...values)).value ?? 0
  }
}

function lineBytes(body: string): number {
  return Buffer.byteLength(body) + 160
}

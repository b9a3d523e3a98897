import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { CenterFolder } from './center.ts'

/** What the collector holds, read from its store by another process: that is, what is committed. */
export type HeldEvent = Readonly<z.infer<typeof eventSchema>>
export type HeldChain = Readonly<z.infer<typeof chainSchema>>

const eventSchema = z.object({
  source: z.string(),
  branch: z.number(),
  seq: z.number().nullable(),
  kind: z.string(),
  subject: z.string(),
  data: z.string(),
  hash: z.string().nullable(),
})
const chainSchema = z.object({ seq: z.number(), hash: z.string(), state: z.string(), detail: z.string() })

export function readEvents(center: CenterFolder, terminalId: string): readonly HeldEvent[] {
  const sql = `SELECT source, branch, seq, kind, subject, data, lower(hex(events.hash)) AS hash
    FROM events JOIN terminals ON terminals.no = events.terminal_no WHERE terminals.id = ? ORDER BY events.id`
  return ask(center, (db) => eventSchema.array().parse(db.prepare(sql).all(terminalId)))
}

export function readChain(center: CenterFolder, terminalId: string): HeldChain {
  const sql = `SELECT head_seq AS seq, head_hash AS hash, chain_state AS state, chain_detail AS detail
    FROM terminals WHERE id = ?`
  return ask(center, (db) => chainSchema.parse(db.prepare(sql).get(terminalId)))
}

/** From now on every change of presence is written down by the store itself, so that none can be missed. */
export function recordPresence(center: CenterFolder): void {
  const db = new DatabaseSync(join(center.dir, 'store.sqlite'), { timeout: 5_000 })
  db.exec(`CREATE TABLE presence_seen (id TEXT, state TEXT);
    CREATE TRIGGER see_presence AFTER UPDATE OF state ON terminals WHEN new.state IS NOT old.state
    BEGIN INSERT INTO presence_seen VALUES (new.id, new.state); END`)
  db.close()
}

export function readPresence(center: CenterFolder, terminalId: string): readonly string[] {
  const rows = z.array(z.object({ state: z.string() }))
  const sql = 'SELECT state FROM presence_seen WHERE id = ? ORDER BY rowid'
  return ask(center, (db) => rows.parse(db.prepare(sql).all(terminalId)).map(({ state }) => state))
}

function ask<T>(center: CenterFolder, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(center.dir, 'store.sqlite'), { readOnly: true, timeout: 5_000 })
  try {
    return work(db)
  } finally {
    db.close()
  }
}

export function countOnline(center: CenterFolder): number {
  const row = z.object({ value: z.number() })
  const sql = "SELECT count(*) AS value FROM terminals WHERE state = 'online'"
  return ask(center, (db) => row.parse(db.prepare(sql).get()).value)
}

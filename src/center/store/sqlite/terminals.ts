import { z } from 'zod'
import { genesisHash } from '../../../protocol/events.ts'
import { appliedPolicySchema, sensorSchema } from '../../../protocol/messages.ts'
import { zones } from '../../../protocol/zone.ts'
import { chainStates, presenceStates } from '../../words.ts'
import { createPage, parseCursor, textCursor } from '../cursor.ts'
import type { NewTerminal, TerminalChange, TerminalRecord } from '../records.ts'
import type { TerminalStore } from '../store.ts'
import { createWhere, jsonColumn, terminalHas } from './columns.ts'
import { readZoneCounts } from './counts.ts'
import type { Database } from './database.ts'

const columns = `id, hostname, zone, group_name AS "group", os, agent_version AS agentVersion, hardware,
  key_sha256 AS keySha256, certificate_expires AS certificateExpires, enrolled_at AS enrolledAt, token_id AS tokenId,
  revoked_at AS revokedAt, revoked_reason AS revokedReason, head_branch, head_seq, head_hash, chain_state,
  chain_detail, state, state_since AS stateSince, last_heard AS lastHeard, policy, sensors, sensors_at AS sensorsAt,
  pending`

const rowSchema = z
  .object({
    id: z.string(),
    hostname: z.string(),
    zone: z.enum(zones),
    group: z.string(),
    os: z.string(),
    agentVersion: z.string(),
    hardware: z.string(),
    keySha256: z.string(),
    certificateExpires: z.string(),
    enrolledAt: z.string(),
    tokenId: z.string(),
    revokedAt: z.string().nullable(),
    revokedReason: z.string().nullable(),
    head_branch: z.number(),
    head_seq: z.number(),
    head_hash: z.string(),
    chain_state: z.enum(chainStates),
    chain_detail: z.string(),
    state: z.enum(presenceStates),
    stateSince: z.string(),
    lastHeard: z.string().nullable(),
    policy: jsonColumn(appliedPolicySchema).nullable(),
    sensors: jsonColumn(z.array(sensorSchema)),
    sensorsAt: z.string().nullable(),
    pending: z.number().nullable(),
  })
  .transform(
    ({ head_branch, head_seq, head_hash, chain_state, chain_detail, ...row }): TerminalRecord => ({
      ...row,
      head: { branch: head_branch, seq: head_seq, hash: head_hash, state: chain_state, detail: chain_detail },
    }),
  )

const groupSchema = z.object({ name: z.string() })
const factSchema = z.object({ check: z.string(), readAt: z.string(), facts: jsonColumn(z.unknown()) })

export function createTerminalStore(db: Database): TerminalStore {
  return {
    async add(terminal) {
      insertTerminal(db, terminal)
    },
    async find(id) {
      return db.one(rowSchema, `SELECT ${columns} FROM terminals WHERE id = ?`, id)
    },
    async findByKey(keySha256) {
      return db.one(rowSchema, `SELECT ${columns} FROM terminals WHERE key_sha256 = ?`, keySha256)
    },
    async list(filter, page) {
      const after = parseCursor(textCursor, page.cursor)
      const where = createWhere([
        filter.zone === undefined ? null : ['zone = ?', filter.zone],
        filter.state === undefined ? null : ['state = ?', filter.state],
        terminalHas(filter.q),
        after === null ? null : ['(hostname, id) > (?, ?)', ...after],
      ])
      const sql = `SELECT ${columns} FROM terminals WHERE ${where.sql} ORDER BY hostname, id LIMIT ?`
      return createPage(db.all(rowSchema, sql, ...where.values, page.limit + 1), page.limit, (row) => [
        row.hostname,
        row.id,
      ])
    },
    async all() {
      return db.all(rowSchema, `SELECT ${columns} FROM terminals ORDER BY no`)
    },
    async change(changes) {
      db.commit(() => writeTerminalChanges(db, changes))
    },
    async revoke(id, reason, at) {
      const sql = `UPDATE terminals SET revoked_at = ?, revoked_reason = ?, state = 'revoked', state_since = ?
        WHERE id = ? AND revoked_at IS NULL`
      return db.run(sql, at, reason, at, id) === 1
    },
    async putFacts(terminalId, { check, readAt, facts }) {
      const sql = `INSERT INTO facts (terminal_id, check_id, read_at, facts) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET read_at = excluded.read_at, facts = excluded.facts
        WHERE excluded.read_at >= facts.read_at`
      db.run(sql, terminalId, check, readAt, JSON.stringify(facts))
    },
    async findFacts(terminalId, check) {
      const sql = `SELECT check_id AS "check", read_at AS readAt, facts FROM facts
        WHERE terminal_id = ? AND check_id = ?`
      return db.one(factSchema, sql, terminalId, check)
    },
    async allFacts(terminalId) {
      const sql =
        'SELECT check_id AS "check", read_at AS readAt, facts FROM facts WHERE terminal_id = ? ORDER BY check_id'
      return db.all(factSchema, sql, terminalId)
    },
    async groups() {
      const sql = 'SELECT DISTINCT group_name AS name FROM terminals WHERE revoked_at IS NULL ORDER BY group_name'
      return db.all(groupSchema, sql).map(({ name }) => name)
    },
    async countByZone(violationsSince) {
      return readZoneCounts(db, violationsSince)
    },
  }
}

function insertTerminal(db: Database, terminal: NewTerminal): void {
  const sql = `INSERT INTO terminals (id, hostname, zone, group_name, os, agent_version, hardware, key_sha256,
    certificate_expires, enrolled_at, token_id, head_hash, state_since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
  db.run(
    sql,
    terminal.id,
    terminal.hostname,
    terminal.zone,
    terminal.group,
    terminal.os,
    terminal.agentVersion,
    terminal.hardware,
    terminal.keySha256,
    terminal.certificateExpires,
    terminal.enrolledAt,
    terminal.tokenId,
    genesisHash,
    terminal.enrolledAt,
  )
}

/** Written inside the caller's commit. A revoked terminal keeps its state, whatever is heard of it. */
export function writeTerminalChanges(db: Database, changes: readonly TerminalChange[]): void {
  for (const change of changes) {
    const sets = listSets(change)
    if (sets.length === 0) continue
    const names = sets.map(([column]) => column).join(', ')
    db.run(`UPDATE terminals SET ${names} WHERE id = ?`, ...sets.map(([, value]) => value), change.id)
  }
}

function listSets(change: TerminalChange): readonly (readonly [column: string, value: string | number | null])[] {
  const { head } = change
  const sets = [
    ['hostname = ?', change.hostname],
    ['os = ?', change.os],
    ['agent_version = ?', change.agentVersion],
    ["state = iif(revoked_at IS NULL, ?, 'revoked')", change.state],
    ['state_since = iif(revoked_at IS NULL, ?, revoked_at)', change.stateSince],
    ['last_heard = ?', change.lastHeard],
    ['policy = ?', change.policy === undefined ? undefined : asJson(change.policy)],
    ['sensors = ?', change.sensors === undefined ? undefined : JSON.stringify(change.sensors)],
    ['sensors_at = ?', change.sensorsAt],
    ['pending = ?', change.pending],
    ['head_branch = ?', head?.branch],
    ['head_seq = ?', head?.seq],
    ['head_hash = ?', head?.hash],
    ['chain_state = ?', head?.state],
    ['chain_detail = ?', head?.detail],
  ] as const
  return sets.flatMap(([column, value]) => (value === undefined ? [] : [[column, value] as const]))
}

function asJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}

import { z } from 'zod'
import { sentenceSchema } from '../../../checks/result.ts'
import { countOutcomes, proofItemSchema, proofOutcomes, signedProofSchema } from '../../../protocol/proof.ts'
import { zones } from '../../../protocol/zone.ts'
import { createPage, parseCursor, textCursor } from '../cursor.ts'
import type { BuildKey, BuildTerminalRecord, NewProof } from '../records.ts'
import type { ProofStore } from '../store.ts'
import { createWhere, jsonColumn } from './columns.ts'
import type { Database } from './database.ts'

/** Beyond the newest on each build, how many of a terminal are held. */
const mostPerTerminal = 10

const countsSchema = z.object({ proven: z.number(), disproven: z.number(), 'not-tried': z.number() })
const build = { os: z.string(), build: z.string(), standIn: z.string().nullable() }
const proofRow = z.object({
  ...build,
  sha256: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  receivedAt: z.string(),
  agentVersion: z.string(),
  counts: jsonColumn(countsSchema),
})
const signedRow = z.object({ signed: jsonColumn(signedProofSchema) })
const numberRow = z.object({ no: z.number() })
const buildRow = z.object({
  ...build,
  terminals: z.number(),
  lastAt: z.string(),
  agentVersions: jsonColumn(z.array(z.string())),
})
const spread = { proven: z.number(), disproven: z.number(), notTried: z.number() }
const itemRow = z
  .object({
    id: z.string(),
    title: jsonColumn(sentenceSchema),
    ...spread,
    lastProvenAt: z.string().nullable(),
    lastDisprovenAt: z.string().nullable(),
  })
  .transform(({ proven, disproven, notTried, ...row }) => ({
    ...row,
    terminals: { proven, disproven, 'not-tried': notTried },
  }))
const terminalRow = z
  .object({
    terminalId: z.string(),
    hostname: z.string(),
    zone: z.enum(zones),
    group: z.string(),
    outcome: z.enum(proofOutcomes),
    item: jsonColumn(proofItemSchema),
    at: z.string(),
    agentVersion: z.string(),
  })
  .transform(({ item, ...row }): BuildTerminalRecord => ({ ...row, reason: item.reason, observed: item.observed }))

export function createProofStore(db: Database): ProofStore {
  return {
    async put(proof) {
      return db.commit(() => putProof(db, proof))
    },
    async listOf(terminalId) {
      const sql = `SELECT os, build, stand_in AS standIn, sha256, started_at AS startedAt, ended_at AS endedAt,
        received_at AS receivedAt, agent_version AS agentVersion, counts FROM proofs
        WHERE terminal_no = (SELECT no FROM terminals WHERE id = ?) ORDER BY started_at DESC, no DESC`
      return db.all(proofRow, sql, terminalId)
    },
    async find(terminalId, sha256) {
      const sql = `SELECT signed FROM proofs
        WHERE terminal_no = (SELECT no FROM terminals WHERE id = ?) AND sha256 = ?`
      return db.one(signedRow, sql, terminalId, sha256)?.signed ?? null
    },
    async builds() {
      const rows = db.all(buildRow, buildsSql)
      return Promise.all(rows.map(async (row) => ({ ...row, items: countItems(readItems(db, row)) })))
    },
    async itemsOf(key) {
      return readItems(db, key)
    },
    async terminalsOf(key, item, outcome, page) {
      const after = parseCursor(textCursor, page.cursor)
      const where = createWhere([
        ['is_current = 1 AND revoked_at IS NULL'],
        ['proofs.os = ? AND build = ?', key.os, key.build],
        key.standIn === null ? ['stand_in IS NULL'] : ['stand_in = ?', key.standIn],
        ['proof_items.id = ?', item],
        outcome === undefined ? null : ['outcome = ?', outcome],
        after === null ? null : ['(hostname, terminals.id) > (?, ?)', ...after],
      ])
      const sql = `SELECT terminals.id AS terminalId, hostname, zone, group_name AS "group", outcome, started_at AS at,
          proofs.agent_version AS agentVersion,
          (SELECT value FROM json_each(signed, '$.proof.items') WHERE value ->> '$.id' = proof_items.id) AS item
        FROM ${joined} JOIN proof_items ON proof_no = proofs.no WHERE ${where.sql}
        ORDER BY hostname, terminals.id LIMIT ?`
      const rows = db.all(terminalRow, sql, ...where.values, page.limit + 1)
      return createPage(rows, page.limit, (row) => [row.hostname, row.terminalId])
    },
  }
}

const joined = 'proofs JOIN terminals ON terminals.no = terminal_no'

const buildsSql = `SELECT proofs.os, build, stand_in AS standIn, count(*) AS terminals, max(started_at) AS lastAt,
    json_group_array(DISTINCT proofs.agent_version) AS agentVersions
  FROM ${joined} WHERE is_current = 1 AND revoked_at IS NULL
  GROUP BY proofs.os, build, stand_in ORDER BY proofs.os, build, stand_in`

function readItems(db: Database, { os, build: name, standIn }: BuildKey) {
  const of = (outcome: string) => `sum(outcome = '${outcome}')`
  const last = (outcome: string) => `max(iif(outcome = '${outcome}', started_at, NULL))`
  const sql = `SELECT proof_items.id, title, ${of('proven')} AS proven, ${of('disproven')} AS disproven,
      ${of('not-tried')} AS notTried, ${last('proven')} AS lastProvenAt, ${last('disproven')} AS lastDisprovenAt
    FROM ${joined} JOIN proof_items ON proof_no = proofs.no JOIN proof_titles ON proof_titles.id = proof_items.id
    WHERE is_current = 1 AND revoked_at IS NULL AND proofs.os = ? AND build = ? AND stand_in IS ?
    GROUP BY proof_items.id ORDER BY proof_items.id`
  return db.all(itemRow, sql, os, name, standIn)
}

/** Of a thing that ended differently on different terminals the worse counts: one terminal where it fails is enough. */
function countItems(items: readonly Readonly<{ terminals: z.output<typeof countsSchema> }>[]) {
  return countOutcomes(
    items.map(({ terminals }) => ({
      outcome: terminals.disproven > 0 ? 'disproven' : terminals.proven > 0 ? 'proven' : 'not-tried',
    })),
  )
}

/** Inside the caller's commit. */
function putProof(db: Database, { terminalId, sha256, signed, receivedAt }: NewProof): boolean {
  const { machine, agent, startedAt, endedAt, items } = signed.proof
  const held = `SELECT no FROM proofs WHERE sha256 = ? AND terminal_no = (SELECT no FROM terminals WHERE id = ?)`
  if (db.one(numberRow, held, sha256, terminalId) !== null) return false
  const no = db.insert(
    `INSERT INTO proofs (terminal_no, sha256, started_at, ended_at, received_at, os, build, stand_in, agent_version,
        counts, signed, is_current)
      VALUES ((SELECT no FROM terminals WHERE id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
    terminalId,
    sha256,
    startedAt,
    endedAt,
    receivedAt,
    machine.os,
    machine.build,
    machine.standIn,
    agent.version,
    JSON.stringify(countOutcomes(items)),
    JSON.stringify(signed),
  )
  for (const { id, title, outcome } of items) {
    const keep = 'INSERT INTO proof_titles (id, title) VALUES (?, ?) ON CONFLICT DO UPDATE SET title = excluded.title'
    db.run(keep, id, JSON.stringify(title))
    db.run('INSERT INTO proof_items (proof_no, id, outcome) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', no, id, outcome)
  }
  markCurrent(db, terminalId, receivedAt)
  return true
}

/** Proofs that say they come from the future (the terminal's clock was wrong) give way to any other. */
function markCurrent(db: Database, terminalId: string, receivedAt: string): void {
  const own = 'terminal_no = (SELECT no FROM terminals WHERE id = ?)'
  const order = 'started_at > ?, started_at DESC, no DESC'
  db.run(
    `UPDATE proofs SET is_current = (no IN (SELECT no FROM (SELECT no, row_number() OVER (
        PARTITION BY os, build, stand_in ORDER BY ${order}) AS place FROM proofs WHERE ${own}) WHERE place = 1))
      WHERE ${own}`,
    receivedAt,
    terminalId,
    terminalId,
  )
  db.run(
    `DELETE FROM proofs WHERE ${own} AND is_current = 0 AND no NOT IN
      (SELECT no FROM proofs WHERE ${own} ORDER BY ${order} LIMIT ${mostPerTerminal})`,
    terminalId,
    terminalId,
    receivedAt,
  )
}

import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import { z } from 'zod'
import { canonicalEvent, eventSchema, genesisHash, severities } from '../../src/protocol/events.ts'

/** What the collector has committed of one terminal, read from its store by another process, oldest first. */
export type StoredLine = Readonly<z.infer<typeof lineSchema>>

const verdictSchema = z.looseObject({
  ruleId: z.string(),
  policyVersion: z.number(),
  class: z.string(),
  reason: z.string(),
  access: z.string(),
})
const deviceSchema = z.looseObject({ key: z.string(), serial: z.string().nullable(), product: z.string() })
export const storedDataSchema = z.looseObject({
  device: deviceSchema.optional(),
  verdict: verdictSchema.optional(),
  function: z.string().optional(),
  observed: z.string().optional(),
})
const lineSchema = z
  .object({
    source: z.string(),
    branch: z.number(),
    seq: z.number().nullable(),
    at: z.string(),
    bootId: z.string(),
    kind: eventSchema.shape.kind,
    control: z.string().nullable(),
    severity: z.number().transform((number) => severities[number] ?? 'critical'),
    subject: z.string(),
    data: z.string().transform((text) => eventSchema.shape.data.parse(JSON.parse(text))),
    prev: z.string().nullable(),
    hash: z.string().nullable(),
  })
  .transform((line) => ({ ...line, about: storedDataSchema.parse(line.data) }))

const terminalSchema = z.object({
  state: z.string(),
  chain: z.string(),
  detail: z.string(),
  headSeq: z.number(),
  pending: z.number().nullable(),
  policy: z
    .string()
    .nullable()
    .transform((text) => (text === null ? null : z.looseObject({ version: z.number() }).parse(JSON.parse(text)))),
  sensors: z
    .string()
    .transform((text) => z.array(z.looseObject({ id: z.string(), state: z.string() })).parse(JSON.parse(text))),
})

export function readLines(centerDir: string, terminalId: string): readonly StoredLine[] {
  return ask(centerDir, (db) => selectLines(db, terminalId))
}

function selectLines(db: DatabaseSync, terminalId: string): readonly StoredLine[] {
  const sql = `SELECT source, branch, seq, at, boot_id AS bootId, kind, control, severity, subject, data,
      lower(hex(prev)) AS prev, lower(hex(hash)) AS hash
    FROM events JOIN terminals ON terminals.no = events.terminal_no WHERE terminals.id = ? ORDER BY events.id`
  return lineSchema.array().parse(db.prepare(sql).all(terminalId))
}

export function readTerminal(centerDir: string, terminalId: string): z.infer<typeof terminalSchema> {
  return ask(centerDir, (db) => selectTerminal(db, terminalId))
}

function selectTerminal(db: DatabaseSync, terminalId: string): z.infer<typeof terminalSchema> {
  const sql = `SELECT state, chain_state AS chain, chain_detail AS detail, head_seq AS headSeq, pending, policy, sensors
    FROM terminals WHERE id = ?`
  return terminalSchema.parse(db.prepare(sql).get(terminalId))
}

/** Digests of the proofs that the center holds of a terminal. */
export function readProofs(centerDir: string, terminalId: string): readonly string[] {
  const rows = z.object({ sha256: z.string() }).array()
  const sql = 'SELECT sha256 FROM proofs WHERE terminal_no = (SELECT no FROM terminals WHERE id = ?)'
  return ask(centerDir, (db) => rows.parse(db.prepare(sql).all(terminalId))).map(({ sha256 }) => sha256)
}

/** Ids of all terminals that enrolled here. */
export function listTerminals(centerDir: string): readonly string[] {
  const rows = z.object({ id: z.string() }).array()
  return ask(centerDir, (db) => rows.parse(db.prepare('SELECT id FROM terminals ORDER BY id').all())).map(
    ({ id }) => id,
  )
}

/** Whether a line is of this kind and about the device with this serial. */
export function isOf(serial: string, kind: string): (line: StoredLine) => boolean {
  return (line) => line.kind === kind && line.about.device?.serial === serial
}

/** Every line of the terminal's journal once, in one unbroken chain that is hashed again here; nothing raised against it. */
export function expectWholeChain(centerDir: string, terminalId: string): void {
  // Both as of one commit: lines go on coming meanwhile.
  const { lines, terminal } = ask(centerDir, (db) => {
    db.exec('BEGIN')
    return { lines: selectLines(db, terminalId), terminal: selectTerminal(db, terminalId) }
  })
  expect(lines.filter(({ source }) => source !== 'terminal').map(({ kind, data }) => ({ kind, data }))).toEqual([])
  const own = lines.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0))
  expect(own.map(({ seq }) => seq)).toEqual(own.map((_, index) => index + 1))
  let head = genesisHash
  for (const line of own) {
    const { seq, at, bootId, kind, control, severity, subject, data } = line
    const body = { seq: seq ?? 0, at, bootId, kind, ...(control === null ? {} : { control }), severity, subject, data }
    expect({ seq, prev: line.prev }).toEqual({ seq, prev: head })
    head = createHash('sha256').update(Buffer.from(head, 'hex')).update(canonicalEvent(body)).digest('hex')
    expect({ seq, hash: line.hash }).toEqual({ seq, hash: head })
  }
  const { chain, detail, headSeq } = terminal
  expect({ chain, detail, headSeq }).toEqual({ chain: 'whole', detail: '', headSeq: own.length })
}

function ask<T>(centerDir: string, work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(join(centerDir, 'store.sqlite'), { readOnly: true, timeout: 5_000 })
  try {
    return work(db)
  } finally {
    db.close()
  }
}

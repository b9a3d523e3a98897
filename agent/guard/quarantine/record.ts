import { z } from 'zod'
import type { Quarantine } from '../../../src/policy/quarantine.ts'

const instant = z.iso.datetime()

/** One reason to be cut off. `lost`: what was kept of earlier orders could not be read, while the network was cut. */
const cutSchema = z.strictObject({
  id: z.string(),
  cause: z.enum(['order', 'malware', 'lost']),
  since: instant,
  reason: z.string(),
  /** Who signed the order; null where the terminal acted by itself. */
  by: z.string().nullable(),
})
export type Cut = z.infer<typeof cutSchema>

/** A line that the journal is owed: written beside what it tells of, so that a kill between the two loses neither. */
const owedSchema = z.strictObject({
  note: z.string(),
  kind: z.enum(['quarantine.on', 'quarantine.off']),
  subject: z.string(),
  data: z.record(z.string(), z.json()),
})
export type Owed = z.infer<typeof owedSchema>

/** What survives restarts. */
export const recordSchema = z.strictObject({
  schema: z.literal('tanmori.quarantine-record/1'),
  /** The terminal is cut off while there is one. */
  cuts: z.array(cutSchema),
  /** What was accepted last, per id. */
  seen: z.record(z.string(), z.strictObject({ version: z.int(), digest: z.string() })),
  owed: z.array(owedSchema),
  /** The journal's lines up to this one were looked through for malware. */
  lookedUpTo: z.int(),
  /** Where the center was found last. */
  center: z.array(z.strictObject({ address: z.string(), port: z.int() })).readonly(),
  /** How often the rules had been put back when it was told last. */
  restored: z.int(),
})
export type QuarantineRecord = z.infer<typeof recordSchema>

export function emptyRecord(lookedUpTo: number): QuarantineRecord {
  return {
    schema: 'tanmori.quarantine-record/1',
    cuts: [],
    seen: {},
    owed: [],
    lookedUpTo,
    center: [],
    restored: 0,
  }
}

export type Ordered = Readonly<{ document: Quarantine; digest: string; by: string; source: string; at: string }>

/**
 * An accepted order or release taken into the record. An order begins a cut or gives the one of its id a new reason; a
 * release ends the cut of its id alone. What changes nothing for the terminal is told all the same.
 */
export function withDocument(record: QuarantineRecord, ordered: Ordered): QuarantineRecord {
  const { document, digest, by, source, at } = ordered
  const { id, version, action, reason } = document
  const before = record.cuts.find((cut) => cut.id === id)
  const others = record.cuts.filter((cut) => cut.id !== id)
  const cut: Cut = { id, cause: 'order', since: before?.since ?? at, reason, by }
  const cuts = action === 'isolate' ? [...others, cut] : others
  const data = {
    version,
    digest,
    action,
    reason,
    by,
    source,
    orderedAt: document.at,
    cause: action === 'isolate' ? 'order' : (before?.cause ?? 'none'),
    since: before?.since ?? null,
    remaining: cuts.map((one) => one.id),
  }
  const kind = action === 'isolate' ? 'quarantine.on' : 'quarantine.off'
  return {
    ...record,
    cuts,
    seen: { ...record.seen, [id]: { version, digest } },
    owed: [...record.owed, { note: `${id} ${version} ${digest}`, kind, subject: id, data }],
  }
}

/** The terminal cuts itself off. Once it is for malware, more malware is no second cut. */
export function withLocalCut(record: QuarantineRecord, cut: Cut, evidence: Owed['data']): QuarantineRecord {
  if (record.cuts.some(({ cause }) => cause === cut.cause)) return record
  const cuts = [...record.cuts, cut]
  const data = { ...evidence, cause: cut.cause, reason: cut.reason, remaining: cuts.map(({ id }) => id) }
  return { ...record, cuts, owed: [...record.owed, { note: cut.id, kind: 'quarantine.on', subject: cut.id, data }] }
}

/** `malware-20261121T031400-9f3a61c2`: cannot be foreseen, so that no release can be signed ahead of it. */
export function localId(cause: string, at: Date, random: string): string {
  const stamp = at.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)
  return `${cause}-${stamp}-${random}`
}

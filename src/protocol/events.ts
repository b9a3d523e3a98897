import { z } from 'zod'

/**
 * Every kind of event, its lane and its usual severity. The list is closed: a new kind is a new line here and a
 * protocol history entry. The `violation` lane is what evidence rests on: never dropped, never behind chatter.
 */
export const eventKinds = {
  'agent.started': { lane: 'violation', severity: 'info' },
  'agent.stopped': { lane: 'violation', severity: 'info' },
  'agent.removed': { lane: 'violation', severity: 'high' }, // its removal begins: why it was allowed, who asked
  'agent.removal-refused': { lane: 'violation', severity: 'high' },
  'media.refused': { lane: 'violation', severity: 'high' }, // observed: not usable
  'media.would-refuse': { lane: 'violation', severity: 'medium' }, // observe mode
  'media.allowed': { lane: 'violation', severity: 'info' },
  'media.removed': { lane: 'violation', severity: 'info' },
  'media.brief': { lane: 'violation', severity: 'medium' }, // came and went before it could be looked at
  'media.revoked': { lane: 'violation', severity: 'medium' }, // taken back while plugged in: expiry, policy change
  'media.bypassed': { lane: 'violation', severity: 'critical' }, // should be refused, was observed to be usable
  'media.carry-out': { lane: 'violation', severity: 'info' }, // a file written to a medium
  'media.carry-in': { lane: 'chatter', severity: 'info' }, // a file read from a medium
  'device.refused': { lane: 'violation', severity: 'medium' },
  'device.would-refuse': { lane: 'violation', severity: 'low' },
  'device.allowed': { lane: 'chatter', severity: 'info' },
  'device.removed': { lane: 'chatter', severity: 'info' },
  'device.brief': { lane: 'violation', severity: 'low' }, // as media.brief
  'device.input-new': { lane: 'violation', severity: 'medium' }, // a keyboard not seen before on this terminal
  'policy.applied': { lane: 'violation', severity: 'info' },
  'policy.refused': { lane: 'violation', severity: 'high' },
  'policy.expired': { lane: 'violation', severity: 'medium' },
  'grant.applied': { lane: 'violation', severity: 'info' },
  'grant.refused': { lane: 'violation', severity: 'high' },
  'root.applied': { lane: 'violation', severity: 'info' },
  'root.refused': { lane: 'violation', severity: 'high' },
  'guard.blind': { lane: 'violation', severity: 'high' }, // the event source was lost
  'guard.seeing': { lane: 'violation', severity: 'info' }, // and is back
  'guard.tampered': { lane: 'violation', severity: 'critical' }, // rules or defaults were changed from outside
  'log.failure': { lane: 'violation', severity: 'high' },
  'journal.gap': { lane: 'violation', severity: 'critical' }, // raised by the collector
  'journal.fork': { lane: 'violation', severity: 'critical' }, // raised by the collector
  'finding.opened': { lane: 'violation', severity: 'medium' },
  'finding.closed': { lane: 'violation', severity: 'info' },
  'check.benched': { lane: 'violation', severity: 'low' }, // it cost more than its budget; tried again later
  'check.baseline': { lane: 'violation', severity: 'medium' }, // a newer reading was accepted as right
  'media.scanned': { lane: 'violation', severity: 'info' }, // before its user could read it
  'media.infected': { lane: 'violation', severity: 'critical' }, // malware on a permitted medium: it is closed
  'quarantine.on': { lane: 'violation', severity: 'critical' },
  'quarantine.off': { lane: 'violation', severity: 'high' },
  'quarantine.refused': { lane: 'violation', severity: 'high' }, // an order or a release that is not valid
  'proof.started': { lane: 'violation', severity: 'info' }, // an administrator tries this terminal: what follows is the trial
  'proof.made': { lane: 'violation', severity: 'info' }, // what came of it, by the digest of the signed proof
  'sensor.status': { lane: 'chatter', severity: 'info' },
  'chatter.dropped': { lane: 'violation', severity: 'low' }, // what chatter was dropped, counted
} as const satisfies Record<string, { lane: 'violation' | 'chatter'; severity: Severity }>

export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]
export type EventKind = keyof typeof eventKinds
export type Lane = 'violation' | 'chatter'

const kindNames = Object.keys(eventKinds).filter((kind): kind is EventKind => kind in eventKinds)

/** One line of the journal (design §4). `prev` and `hash` are lower-case hexadecimal SHA-256. */
export const eventSchema = z.strictObject({
  seq: z.int().min(1),
  at: z.iso.datetime(),
  bootId: z.string().max(64),
  kind: z.enum(kindNames),
  control: z.string().max(64).optional(),
  severity: z.enum(severities),
  /** What it is about: a device key, a policy id, a file. Shown as is. */
  subject: z.string().max(512),
  data: z.record(z.string().max(64), z.json()),
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
})
export type JournalEvent = z.infer<typeof eventSchema>

/** What a part of the agent hands to the journal; the journal adds seq, at, bootId, prev and hash. */
export type NewEvent = Readonly<{
  kind: EventKind
  control?: string
  severity?: Severity
  subject: string
  data?: Readonly<Record<string, unknown>>
}>

/** `prev` of the first event of a journal. */
export const genesisHash = '0'.repeat(64)

/**
 * The bytes that are hashed: JSON with keys in code-unit order at every depth and no white space, without `hash` and
 * `prev` (RFC 8785 for the value types that events hold). `hash = SHA-256(prev as 32 bytes ‖ these bytes)`.
 */
export function canonicalEvent(event: Omit<JournalEvent, 'hash' | 'prev'>): string {
  const { seq, at, bootId, kind, control, severity, subject, data } = event
  return canonicalJson({
    seq,
    at,
    bootId,
    kind,
    ...(control === undefined ? {} : { control }),
    severity,
    subject,
    data,
  })
}

export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
    entries.sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

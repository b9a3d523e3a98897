import { z } from 'zod'
import { pluggedDeviceSchema, sensorSchema } from '../protocol/messages.ts'
import { rawOf } from './raw.ts'
import type { AgentFact, Raws } from './reading.ts'

const instant = z.iso.datetime().nullable()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** `state` of the default deny as it was observed; `off`: the policy wants none. `mode`: what the agent asked for last. */
const defaultDenySchema = z.strictObject({
  isGuardEnabled: z.boolean(),
  mode: z.enum(['on', 'off']),
  state: z.enum(['in-force', 'differs', 'unsupported', 'off', 'unknown']),
  detail: z.string(),
})

const journalSchema = z.strictObject({
  /** `failed`: nothing can be written now. */
  state: sensorSchema.shape.state,
  detail: z.string(),
  lastSeq: z.int(),
  lastAt: instant,
  /** The oldest line that is still held; null for an empty journal. */
  oldestAt: instant,
  lines: z.int(),
  bytes: z.int(),
  /** What the agent's own settings keep; the policy's numbers are in the context. */
  retentionDays: z.int(),
  maxBytes: z.int(),
  hasCenter: z.boolean(),
  /** Lines that the center has not acknowledged, and when the oldest of them was written. */
  pending: z.int(),
  oldestPendingAt: instant,
  /** The last verification that came to the end; null before the first. A journal is verified a piece at a time. */
  verification: z
    .strictObject({ at: z.iso.datetime(), isWhole: z.boolean(), lines: z.int(), firstBad: z.int().nullable() })
    .nullable(),
  /** `log.failure` events of the last 30 days. */
  failures: z.int(),
  lastFailureAt: instant,
})

/** `isConfigured` false: a terminal without a center. */
const uplinkSchema = z.strictObject({
  isConfigured: z.boolean(),
  isConnected: z.boolean(),
  since: instant,
  /** The last time that the center acknowledged a line since the agent started. */
  lastAckAt: instant,
  lastError: z.string().nullable(),
  pending: z.int(),
})

const policySchema = z
  .strictObject({
    id: z.string(),
    version: z.int(),
    digest: sha256,
    mode: z.enum(['observe', 'enforce']),
    appliedAt: z.iso.datetime(),
    expires: z.iso.datetime(),
    /** Who signed it, by the trust root it was accepted under. */
    signers: z.array(z.strictObject({ holder: z.string(), role: z.string(), keyId: z.string() })),
    /** Documents refused in the last 30 days, by kind. */
    refused: z.strictObject({ policy: z.int(), grant: z.int(), root: z.int() }),
  })
  .nullable()

/** `expected` null: nothing to compare with. `source`: where the expectation is from. */
export const integrityFileSchema = z.strictObject({
  path: z.string(),
  role: z.enum(['executable', 'unit', 'policy', 'rules', 'settings', 'identity']),
  state: z.enum(['same', 'changed', 'missing', 'unreadable', 'new']),
  sha256: sha256.nullable(),
  expected: z.string().nullable(),
  source: z.enum(['package', 'recorded', 'none']),
  /** The file's own modification time. */
  changedAt: instant,
})
const integritySchema = z.strictObject({
  /** When the expectations were recorded; null: not kept, since nothing could be written. */
  recordedAt: instant,
  files: z.array(integrityFileSchema),
})

const mediaEventsSchema = z.strictObject({
  since: z.iso.datetime(),
  /** Events of the last 30 days by kind, those that begin with `media.` and `device.`. */
  counts: z.record(z.string(), z.int()),
  lastAt: instant,
  /** Files written to and read from media. */
  carriedOut: z.int(),
  carriedIn: z.int(),
  bypassed: z.int(),
  /** Whether what is carried is watched at all, as the sensor `carry-record` says; null: no such sensor. */
  carryRecord: sensorSchema.nullable(),
})

const quarantineSchema = z
  .strictObject({
    state: z.enum(['off', 'on', 'unsupported', 'failed']),
    since: instant,
    orderId: z.string().nullable(),
    reason: z.string().nullable(),
    detail: z.string(),
  })
  .nullable()

const importScanSchema = z
  .strictObject({
    state: z.enum(['ready', 'off', 'unavailable', 'failed']),
    /** Name and version of what scans; null: nothing is there. */
    engine: z.string().nullable(),
    lastAt: instant,
    scanned: z.int(),
    infected: z.int(),
    failed: z.int(),
    detail: z.string(),
  })
  .nullable()

const schemas = {
  sensors: z.array(sensorSchema),
  devices: z.array(pluggedDeviceSchema),
  'default-deny': defaultDenySchema,
  journal: journalSchema,
  uplink: uplinkSchema,
  policy: policySchema,
  integrity: integritySchema,
  'media-events': mediaEventsSchema,
  quarantine: quarantineSchema,
  'import-scan': importScanSchema,
} as const satisfies Record<AgentFact, z.ZodType>

type Values = { readonly [K in AgentFact]: z.infer<(typeof schemas)[K]> }
export type AgentFactValue<K extends AgentFact> = Values[K]

/** What each `agent` reading brings as its `value`. Null of `quarantine` and `import-scan`: this agent has none. */
export const agentFactSchemas: { readonly [K in AgentFact]: z.ZodType<Values[K]> } = schemas

/** The value of the `agent` reading called `name`, held to its schema; null where it was not read or is something else. */
export function agentFactOf<K extends AgentFact>(
  raws: Raws,
  name: string,
  about: K,
): Readonly<{ value: AgentFactValue<K> }> | null {
  const raw = rawOf(raws, name, 'agent')
  if (raw === null) return null
  const parsed = agentFactSchemas[about].safeParse(raw.value)
  return parsed.success ? { value: parsed.data } : null
}

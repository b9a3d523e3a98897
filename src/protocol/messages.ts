import { z } from 'zod'
import { resultSchema } from '../checks/result.ts'
import { deviceSchema } from '../policy/device.ts'
import { verdictSchema } from '../policy/verdict.ts'
import { eventSchema } from './events.ts'
import { signedProofSchema } from './proof.ts'
import { zones } from './zone.ts'

/** The WebSocket sub-protocol name. History: `tanmori.1` first version. */
export const protocolName = 'tanmori.1'

/** Limits both sides hold: bytes of one text frame, events of one batch. */
export const limits = {
  maxFrameBytes: 1_048_576,
  maxEventsPerBatch: 500,
  maxEnvelopeBytes: 1_048_576,
  heartbeatMs: 30_000,
} as const

const hash = z.string().regex(/^[0-9a-f]{64}$/)
/** A DSSE envelope as JSON (secure-systems-lab DSSE v1). Verified by the terminal, opaque to the collector's transport. */
export const envelopeSchema = z.strictObject({
  payloadType: z.string().max(200),
  payload: z.string().max(limits.maxEnvelopeBytes),
  signatures: z
    .array(z.strictObject({ keyid: z.string().max(128), sig: z.string().max(512) }))
    .min(1)
    .max(16),
})
export type Envelope = z.infer<typeof envelopeSchema>

export const sensorSchema = z.strictObject({
  /** `guard.uevents`, `guard.rescan`, `guard.usb`, `journal`, `policy-store`, `carry-record`. */
  id: z.string().max(64),
  state: z.enum(['working', 'degraded', 'failed', 'off']),
  /** The last time that it did something, not the last time somebody asked. */
  lastAt: z.iso.datetime().nullable(),
  detail: z.string().max(500),
})
export type SensorStatus = z.infer<typeof sensorSchema>

export const appliedPolicySchema = z.strictObject({
  id: z.string().max(200),
  version: z.int().min(0),
  mode: z.enum(['observe', 'enforce']),
  digest: hash, // SHA-256 of the payload's bytes
  appliedAt: z.iso.datetime(),
  expires: z.iso.datetime(),
})
export type AppliedPolicy = z.infer<typeof appliedPolicySchema>

export const pluggedDeviceSchema = z.strictObject({
  device: deviceSchema,
  /** one per function, in the order of `device.functions` */
  verdicts: z.array(verdictSchema).max(64),
  /** what was observed of it, in a few words: `no driver`, `sdb ro` */
  observed: z.string().max(500),
  since: z.iso.datetime(),
})
export type PluggedDevice = z.infer<typeof pluggedDeviceSchema>

/** agent → collector */
export const helloSchema = z.strictObject({
  type: z.literal('hello'),
  terminalId: z.string().max(64),
  agentVersion: z.string().max(64),
  hostname: z.string().max(255),
  os: z.string().max(200),
  zone: z.enum(zones),
  group: z.string().max(100),
  bootId: z.string().max(64),
  /** SHA-256 of stable hardware facts: the same key on other hardware is a clone. */
  hardware: hash,
  /** The journal's last line; `lastSeq` 0 for an empty journal. */
  lastSeq: z.int().min(0),
  lastHash: hash,
  policy: appliedPolicySchema.nullable(),
  at: z.iso.datetime(),
})
export const eventsSchema = z.strictObject({
  type: z.literal('events'),
  events: z.array(eventSchema).min(1).max(limits.maxEventsPerBatch),
})
export const factsSchema = z.strictObject({
  type: z.literal('facts'),
  check: z.string().max(64), // `device.plugged` for the guard's list of devices
  readAt: z.iso.datetime(),
  facts: z.json(),
})
/** What the terminal says of every control that its policy asks something of; the whole list, whenever it changed. */
export const resultsSchema = z.strictObject({
  type: z.literal('results'),
  at: z.iso.datetime(),
  /** SHA-256 of the policy's payload that was judged against; null: the built-in default. */
  policyDigest: hash.nullable(),
  results: z.array(resultSchema).max(200),
})
/** The heartbeat: "connected" and "watching" are different things. */
export const statusSchema = z.strictObject({
  type: z.literal('status'),
  at: z.iso.datetime(),
  sensors: z.array(sensorSchema).max(64),
  policy: appliedPolicySchema.nullable(),
  pending: z.int().min(0), // events not yet acknowledged
})
export const policyResultSchema = z.strictObject({
  type: z.literal('policy-result'),
  document: z.enum(['policy', 'grant', 'root', 'quarantine']),
  digest: hash,
  outcome: z.enum(['applied', 'refused', 'reverted']),
  code: z.string().max(64), // an ErrorCode, or `ok`
  detail: z.string().max(2000),
  policy: appliedPolicySchema.nullable(),
})
export const commandResultSchema = z.strictObject({
  type: z.literal('command-result'),
  id: z.string().max(64),
  ok: z.boolean(),
  detail: z.string().max(2000),
})

/** What was tried on this terminal (`doctor --prove`), signed by its own key; sent again until acknowledged. */
export const proofMessageSchema = z.strictObject({ type: z.literal('proof'), signed: signedProofSchema })

/** collector → agent */
export const welcomeSchema = z.strictObject({
  type: z.literal('welcome'),
  at: z.iso.datetime(),
  /** Send from here: the first seq that the collector does not hold. */
  nextSeq: z.int().min(1),
  /** Pacing of the replay after an outage. */
  maxEventsPerSecond: z.int().min(1),
})
export const ackSchema = z.strictObject({
  type: z.literal('ack'),
  /** Every event with seq up to and including this one is committed. */
  upTo: z.int().min(0),
})
/** The proof with this digest (of its canonical bytes) is committed, or will never be taken, for the reason in `refused`. */
export const proofAckSchema = z.strictObject({
  type: z.literal('proof-ack'),
  sha256: hash,
  refused: z.string().max(500).nullable(),
})
export const policySchema = z.strictObject({
  type: z.literal('policy'),
  /** `root` replaces the trust root, `policy` the policy. */
  document: z.enum(['policy', 'root']),
  envelope: envelopeSchema,
})
export const grantMessageSchema = z.strictObject({ type: z.literal('grant'), envelope: envelopeSchema })
/** A quarantine order or its release (`tanmori.quarantine/1`), signed: the collector cannot make one. */
export const quarantineMessageSchema = z.strictObject({ type: z.literal('quarantine'), envelope: envelopeSchema })
export const commandSchema = z.strictObject({
  type: z.literal('command'),
  id: z.string().max(64),
  command: z.enum(['rescan', 'send-status', 'check']),
})
export const noticeSchema = z.strictObject({
  type: z.literal('notice'),
  text: z.strictObject({ ja: z.string().max(1000), en: z.string().max(1000) }),
})
/** both ways; the sender closes after it where `fatal` */
export const errorSchema = z.strictObject({
  type: z.literal('error'),
  code: z.string().max(64),
  detail: z.string().max(2000),
  fatal: z.boolean(),
})

export const fromAgentSchema = z.discriminatedUnion('type', [
  helloSchema,
  eventsSchema,
  factsSchema,
  resultsSchema,
  statusSchema,
  policyResultSchema,
  commandResultSchema,
  proofMessageSchema,
  errorSchema,
])
export const fromCollectorSchema = z.discriminatedUnion('type', [
  welcomeSchema,
  ackSchema,
  proofAckSchema,
  policySchema,
  grantMessageSchema,
  quarantineMessageSchema,
  commandSchema,
  noticeSchema,
  errorSchema,
])
export type FromAgent = z.infer<typeof fromAgentSchema>
export type FromCollector = z.infer<typeof fromCollectorSchema>

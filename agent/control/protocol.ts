import { z } from 'zod'
import { resultSchema, sentenceSchema } from '../../src/checks/result.ts'
import { appliedPolicySchema, pluggedDeviceSchema, sensorSchema } from '../../src/protocol/messages.ts'
import { proofLimits } from '../../src/protocol/proof.ts'
import { zones } from '../../src/protocol/zone.ts'
import { removalNoteSchema } from '../removal-note.ts'

/** One JSON line in, one JSON line out, then the connection ends. */
export const controlLimits = {
  /** A whole envelope in base64 fits. */
  maxRequestBytes: 2 * 1_048_576,
  maxStatusRequestBytes: 1_024,
  maxResponseBytes: 16 * 1_048_576,
  maxConnections: 32,
  timeoutMs: 20_000,
} as const

export const noticeSchema = z.strictObject({ at: z.iso.datetime(), ja: z.string(), en: z.string() })
export type KeptNotice = z.infer<typeof noticeSchema>

/** Asked on `agent.sock` by anyone at the terminal: it only reads. `rules`: what `policy show --for-staff` shows. */
const statusRequest = z.discriminatedUnion('method', [
  z.strictObject({ method: z.literal('status') }),
  z.strictObject({ method: z.literal('checks') }),
  z.strictObject({ method: z.literal('rules') }),
])
/** Asked on `admin.sock` by root alone. */
const adminRequest = z.discriminatedUnion('method', [
  statusRequest,
  /** No ids: every check. Answers when all have been read. */
  z.strictObject({ method: z.literal('check.run'), ids: z.array(z.string().max(64)).max(200) }),
  z.strictObject({
    method: z.literal('check.accept-baseline'),
    id: z.string().max(64),
    reason: z.string().min(1).max(500),
  }),
  z.strictObject({ method: z.literal('policy.show') }),
  z.strictObject({
    method: z.literal('policy.apply'),
    document: z.enum(['policy', 'grant', 'root', 'quarantine']),
    /** The file's bytes, base64. */
    bytes: z.base64(),
  }),
  z.strictObject({ method: z.literal('rescan') }),
  /** A trial begins: the journal says so before anything is tried. Answers the line that was written. */
  z.strictObject({ method: z.literal('proof.begin'), tries: z.array(z.string().max(96)).max(200) }),
  /** The agent is about to be taken off, or was not allowed to be: a line of the journal, answered once the center has it. */
  z.strictObject({ method: z.literal('removal.note'), note: removalNoteSchema }),
  /** Keeps a proof and tells the center of it. */
  z.strictObject({ method: z.literal('proof.keep'), text: z.string().max(proofLimits.maxBytes) }),
])
export const requestSchemas = { status: statusRequest, admin: adminRequest } as const
export type StatusRequest = z.infer<typeof statusRequest>
export type AdminRequest = z.infer<typeof adminRequest>

export const responseSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), result: z.unknown() }),
  z.strictObject({ ok: z.literal(false), code: z.string(), message: z.string() }),
])

export const proofBegunSchema = z.strictObject({ seq: z.int(), hash: z.string() })
export const proofKeptSchema = z.strictObject({ sha256: z.string(), path: z.string(), isNew: z.boolean() })

const findingSchema = z.strictObject({
  control: z.string(),
  /** '' is the control as a whole, `*` many at once. */
  key: z.string(),
  outcome: z.enum(['fail', 'unknown']),
  text: sentenceSchema,
  since: z.iso.datetime(),
  count: z.int(),
})
export type FindingReport = z.infer<typeof findingSchema>

/** What `tanmori check --json` prints; additions only. */
export const checksReportSchema = z.strictObject({
  schema: z.literal('tanmori.checks/1'),
  at: z.iso.datetime(),
  policyDigest: z.string().nullable(),
  results: z.array(resultSchema),
  findings: z.array(findingSchema),
  /** How each check went when it was read last. */
  runs: z.array(
    z.strictObject({
      control: z.string(),
      readAt: z.iso.datetime().nullable(),
      ms: z.number().nullable(),
      cpuMs: z.number().nullable(),
      readings: z.array(
        z.strictObject({
          name: z.string(),
          kind: z.string(),
          ms: z.number(),
          failure: z.strictObject({ reason: z.string(), detail: z.string() }).nullable(),
        }),
      ),
      benchedUntil: z.iso.datetime().nullable(),
    }),
  ),
})
export type ChecksReport = z.infer<typeof checksReportSchema>

/** What `tanmori status --json` prints; additions only. */
export const statusReportSchema = z.strictObject({
  schema: z.literal('tanmori.status/1'),
  at: z.iso.datetime(),
  startedAt: z.iso.datetime(),
  version: z.string(),
  hostname: z.string(),
  terminal: z.strictObject({ id: z.string(), zone: z.enum(zones), group: z.string(), isEnrolled: z.boolean() }),
  /** Null without a center. */
  center: z
    .strictObject({
      state: z.enum(['connected', 'connecting', 'waiting', 'stopped']),
      since: z.iso.datetime(),
      url: z.string(),
      lastError: z.string().nullable(),
    })
    .nullable(),
  policy: z
    .strictObject({
      applied: appliedPolicySchema,
      title: z.strictObject({ ja: z.string(), en: z.string() }),
      contact: z.strictObject({ ja: z.string(), en: z.string() }).nullable(),
      isExpired: z.boolean(),
      grants: z.int(),
    })
    .nullable(),
  guard: z.strictObject({ isEnabled: z.boolean(), mode: z.enum(['observe', 'enforce']) }),
  /** `isOn`: this terminal is cut off the network, or is about to be; `state`: what was observed of it. */
  quarantine: z.strictObject({
    isOn: z.boolean(),
    cuts: z.array(
      z.strictObject({
        id: z.string(),
        cause: z.enum(['order', 'malware', 'lost']),
        since: z.iso.datetime(),
        reason: z.string(),
        by: z.string().nullable(),
      }),
    ),
    state: z.enum(['in-force', 'differs', 'failed', 'unsupported']),
    detail: z.string(),
  }),
  checks: z.strictObject({
    pass: z.int(),
    fail: z.int(),
    unknown: z.int(),
    stale: z.int(),
    findings: z.array(findingSchema),
  }),
  sensors: z.array(sensorSchema),
  plugged: z.array(pluggedDeviceSchema),
  notices: z.array(noticeSchema),
  journal: z.strictObject({ lastSeq: z.int(), pending: z.int() }),
})
export type StatusReport = z.infer<typeof statusReportSchema>

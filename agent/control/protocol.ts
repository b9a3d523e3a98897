import { z } from 'zod'
import { appliedPolicySchema, pluggedDeviceSchema, sensorSchema } from '../../src/protocol/messages.ts'
import { zones } from '../../src/protocol/zone.ts'

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
const statusRequest = z.strictObject({ method: z.enum(['status', 'rules']) })
/** Asked on `admin.sock` by root alone. */
const adminRequest = z.discriminatedUnion('method', [
  statusRequest,
  z.strictObject({ method: z.literal('policy.show') }),
  z.strictObject({
    method: z.literal('policy.apply'),
    document: z.enum(['policy', 'grant', 'root', 'quarantine']),
    /** The file's bytes, base64. */
    bytes: z.base64(),
  }),
  z.strictObject({ method: z.literal('rescan') }),
])
export const requestSchemas = { status: statusRequest, admin: adminRequest } as const
export type StatusRequest = z.infer<typeof statusRequest>
export type AdminRequest = z.infer<typeof adminRequest>

export const responseSchema = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), result: z.unknown() }),
  z.strictObject({ ok: z.literal(false), code: z.string(), message: z.string() }),
])

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
  sensors: z.array(sensorSchema),
  plugged: z.array(pluggedDeviceSchema),
  notices: z.array(noticeSchema),
  journal: z.strictObject({ lastSeq: z.int(), pending: z.int() }),
})
export type StatusReport = z.infer<typeof statusReportSchema>

/**
 * The console's HTTP contract: every request and answer of `/api`. Pages import the types from here.
 *
 * - JSON over HTTPS, same origin. The session is a cookie that pages never see (`__Host-tanmori`, HttpOnly, SameSite=Strict).
 * - Every request that is not GET carries the header `x-tanmori: 1` (`csrfHeader`), or is refused with 403 `csrf`.
 * - Every refusal has a 4xx/5xx status and the body `ApiError`.
 * - Lists are pages: `{rows, nextCursor}`; hand `nextCursor` back as `cursor`; null on the last page. Newest first,
 *   terminals by hostname.
 *
 * | route | body / query | answer | role |
 * |---|---|---|---|
 * | POST /api/session | SignInRequest | SessionView; 401 `sign-in`, 429 `rate` (`retryAfterSeconds`) | – |
 * | GET /api/session | – | SessionView; 401 `signed-out` | any |
 * | DELETE /api/session | – | 204 | any |
 * | POST /api/password | PasswordRequest | SessionView; 400 `password.weak`, 401 `sign-in` | any |
 * | GET /api/overview | – | Overview | viewer |
 * | GET /api/terminals | TerminalsQuery | TerminalsPage | viewer |
 * | GET /api/terminals/:id | – | TerminalView; 404 `not-found` | viewer |
 * | GET /api/terminals/:id/events | TerminalEventsQuery | EventsPage | viewer |
 * | POST /api/terminals/:id/revoke | RevokeRequest | TerminalRow | administrator |
 * | GET /api/violations | ViolationsQuery | EventsPage | viewer |
 * | GET /api/live | header `Last-Event-ID` or `?after=` | Server-Sent Events, see `liveEventSchemas` | viewer |
 * | GET /api/documents | DocumentsQuery | DocumentsPage | viewer |
 * | GET /api/documents/:digest | – | DocumentView | viewer |
 * | POST /api/documents | UploadRequest | 201 DocumentRow (200 where it was held already); 422 `code` of acceptance | operator |
 * | POST /api/documents/:digest/push | – | DocumentRow; 409 `superseded` | operator |
 * | POST /api/documents/:digest/dry-run | – | DryRunView: what would change, nothing is sent; 422 where it is no policy, 400 `usage` while another runs | operator |
 * | GET /api/audit | AuditQuery | AuditPage | administrator |
 *
 * Controls, clauses and findings: see `results-contract.ts`; dry runs: `dry-run-contract.ts`.
 *
 * While `mustChangePassword` is true every route except session and password answers 403 `password.change-first`.
 */
import { z } from 'zod'
import { modes } from '../../policy/verdict.ts'
import { eventKinds, severities } from '../../protocol/events.ts'
import { appliedPolicySchema, envelopeSchema, pluggedDeviceSchema, sensorSchema } from '../../protocol/messages.ts'
import { zones } from '../../protocol/zone.ts'
import {
  chainStates,
  documentKinds,
  documentOutcomes,
  type PresenceState,
  presenceStates,
  type Role,
  roles,
} from '../words.ts'

export const csrfHeader = 'x-tanmori'

export type { PresenceState, Role }
export { documentKinds, presenceStates, roles }

const instant = z.iso.datetime()
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,400}$/)
  .optional()
const limit = z.coerce.number().int().min(1).max(200).default(50)
const text = z.string().max(200).optional()
const bilingual = z.strictObject({ ja: z.string(), en: z.string() })
const count = z.int().min(0)

export const apiErrorSchema = z.strictObject({
  code: z.string(),
  /** For people who repair, in English; pages turn `code` into a sentence. */
  detail: z.string(),
  retryAfterSeconds: z.int().optional(),
})
export type ApiError = z.infer<typeof apiErrorSchema>

// session
export const signInRequestSchema = z.strictObject({
  name: z.string().min(1).max(64),
  password: z.string().min(1).max(256),
})
export type SignInRequest = z.infer<typeof signInRequestSchema>
export const sessionViewSchema = z.strictObject({
  user: z.strictObject({ name: z.string(), role: z.enum(roles) }),
  mustChangePassword: z.boolean(),
  /** Ends then at the latest; earlier when idle for `idleSeconds`. */
  expires: instant,
  idleSeconds: z.int(),
})
export type SessionView = z.infer<typeof sessionViewSchema>
/** At least 12 characters, and neither the old one nor the name. Every other session of the user ends. */
export const passwordRequestSchema = z.strictObject({
  current: z.string().min(1).max(256),
  next: z.string().min(1).max(256),
})
export type PasswordRequest = z.infer<typeof passwordRequestSchema>

// overview
const byState = z.strictObject({
  online: count,
  degraded: count,
  silent: count,
  offline: count,
  unknown: count,
  revoked: count,
})
export const severityCountsSchema = z.strictObject({ low: count, medium: count, high: count, critical: count })
export const overviewSchema = z.strictObject({
  at: instant,
  /** One per zone, always all three, in the order of `zones`. */
  zones: z.array(
    z.strictObject({
      zone: z.enum(zones),
      terminals: count,
      states: byState,
      violations24h: severityCountsSchema,
    }),
  ),
  violations24h: severityCountsSchema,
  /** Since when presence is judged: the collector's start or its last awakening from sleep. */
  watchingSince: instant,
})
export type Overview = z.infer<typeof overviewSchema>

// terminals
export const terminalsQuerySchema = z.strictObject({
  zone: z.enum(zones).optional(),
  state: z.enum(presenceStates).optional(),
  q: text,
  cursor,
  limit,
})
export type TerminalsQuery = z.input<typeof terminalsQuerySchema>
export const terminalRowSchema = z.strictObject({
  id: z.string(),
  hostname: z.string(),
  zone: z.enum(zones),
  group: z.string(),
  os: z.string(),
  agentVersion: z.string(),
  state: z.enum(presenceStates),
  stateSince: instant,
  lastHeard: instant.nullable(),
  /** What the terminal says that it enforces. */
  policy: appliedPolicySchema.nullable(),
  /** The newest pushed policy that is meant for it. */
  wantedPolicy: z.strictObject({ id: z.string(), version: z.int(), digest }).nullable(),
  /** Ids of the sensors that are `failed` or `degraded`. */
  sensorsFailed: z.array(z.string()),
  /** Events of the violation lane with a severity above `info`, received in the last 24 hours. */
  violations24h: count,
})
export type TerminalRow = z.infer<typeof terminalRowSchema>
export const terminalsPageSchema = z.strictObject({
  rows: z.array(terminalRowSchema),
  nextCursor: z.string().nullable(),
})
export type TerminalsPage = z.infer<typeof terminalsPageSchema>

export const terminalViewSchema = z.strictObject({
  ...terminalRowSchema.shape,
  enrolledAt: instant,
  certificateExpires: instant,
  revokedAt: instant.nullable(),
  revokedReason: z.string().nullable(),
  /** Events that the terminal holds and the center does not yet. */
  pending: count.nullable(),
  sensors: z.array(sensorSchema),
  sensorsAt: instant.nullable(),
  /** Last seq held; `broken` where a gap or a fork was found and never filled. */
  chain: z.strictObject({ lastSeq: count, state: z.enum(chainStates), detail: z.string() }),
  /** What is plugged in now (facts `device.plugged`); null where it was never told. */
  plugged: z.array(pluggedDeviceSchema).nullable(),
  pluggedAt: instant.nullable(),
  documents: z.array(
    z.strictObject({
      digest,
      kind: z.enum(documentKinds),
      id: z.string(),
      version: z.int().nullable(),
      outcome: z.enum(documentOutcomes),
      code: z.string(),
      detail: z.string(),
      at: instant.nullable(),
    }),
  ),
})
export type TerminalView = z.infer<typeof terminalViewSchema>
export const revokeRequestSchema = z.strictObject({ reason: z.string().trim().min(1).max(500) })
export type RevokeRequest = z.infer<typeof revokeRequestSchema>

// events and violations
const kindNames = Object.keys(eventKinds).filter((kind): kind is keyof typeof eventKinds => kind in eventKinds)
export const eventRowSchema = z.strictObject({
  /** Rises with each event that the center stores; the id of the live stream. */
  id: z.int(),
  terminalId: z.string(),
  hostname: z.string(),
  zone: z.enum(zones),
  source: z.enum(['terminal', 'collector']),
  /** null where the collector raised it itself. */
  seq: z.int().nullable(),
  at: instant,
  receivedAt: instant,
  bootId: z.string(),
  kind: z.enum(kindNames),
  lane: z.enum(['violation', 'chatter']),
  control: z.string().nullable(),
  severity: z.enum(severities),
  subject: z.string(),
  data: z.record(z.string(), z.json()),
})
export type EventRow = z.infer<typeof eventRowSchema>
export const eventsPageSchema = z.strictObject({ rows: z.array(eventRowSchema), nextCursor: z.string().nullable() })
export type EventsPage = z.infer<typeof eventsPageSchema>
export const terminalEventsQuerySchema = z.strictObject({
  lane: z.enum(['violation', 'chatter']).optional(),
  kind: z.enum(kindNames).optional(),
  cursor,
  limit,
})
export type TerminalEventsQuery = z.input<typeof terminalEventsQuerySchema>
/** Violations are events of the violation lane with a severity above `info`. */
export const violationsQuerySchema = z.strictObject({
  zone: z.enum(zones).optional(),
  /** This severity and above. */
  severity: z.enum(['low', 'medium', 'high', 'critical']).optional(),
  terminal: z.string().max(64).optional(),
  /** Part of the hostname, the subject or the kind. */
  q: text,
  cursor,
  limit,
})
export type ViolationsQuery = z.input<typeof violationsQuerySchema>

// documents
export const progressSchema = z.strictObject({ waiting: count, applied: count, refused: count, reverted: count })
export const documentRowSchema = z.strictObject({
  digest,
  kind: z.enum(documentKinds),
  id: z.string(),
  version: z.int().nullable(),
  title: bilingual,
  mode: z.enum(modes).nullable(),
  appliesTo: z.strictObject({
    zones: z.array(z.enum(zones)),
    groups: z.array(z.string()),
    terminals: z.array(z.string()),
  }),
  validFrom: z.string().nullable(),
  expires: z.string().nullable(),
  uploadedAt: instant,
  uploadedBy: z.string(),
  /** null while only stored. */
  pushedAt: instant.nullable(),
  pushedBy: z.string().nullable(),
  /** A higher version of the same id was pushed. */
  superseded: z.boolean(),
  signers: z.array(z.strictObject({ keyid: z.string(), holder: z.string(), role: z.string() })),
  /** Over the terminals that it is meant for; all 0 before the push. */
  progress: progressSchema,
})
export type DocumentRow = z.infer<typeof documentRowSchema>
export const documentsQuerySchema = z.strictObject({ kind: z.enum(documentKinds).optional(), cursor, limit })
export type DocumentsQuery = z.input<typeof documentsQuerySchema>
export const documentsPageSchema = z.strictObject({
  rows: z.array(documentRowSchema),
  nextCursor: z.string().nullable(),
})
export type DocumentsPage = z.infer<typeof documentsPageSchema>
export const documentViewSchema = z.strictObject({
  ...documentRowSchema.shape,
  /** The parsed document. */
  content: z.json(),
  /** How many terminals that are not revoked it is meant for now, by zone, group and name. */
  audience: count,
  /** At most 1,000, those that refused first. */
  terminals: z.array(
    z.strictObject({
      terminalId: z.string(),
      hostname: z.string(),
      zone: z.enum(zones),
      outcome: z.enum(documentOutcomes),
      code: z.string(),
      detail: z.string(),
      at: instant.nullable(),
    }),
  ),
})
export type DocumentView = z.infer<typeof documentViewSchema>
export const uploadRequestSchema = z.strictObject({ envelope: envelopeSchema })
export type UploadRequest = z.infer<typeof uploadRequestSchema>

// live
/**
 * `event:` name → its `data:` (one line of JSON). `violation` carries the row's id as `id:`; a stream that is opened
 * again with `Last-Event-ID` first gets the violations after it. `resync` says: what was missed is too much or not a
 * violation, fetch again (sent once at the start of every stream). Comments (`:`) every 15 s keep the stream open.
 */
export const liveEventSchemas = {
  resync: z.strictObject({ at: instant }),
  violation: eventRowSchema,
  terminal: terminalRowSchema,
  'document-progress': z.strictObject({ digest, progress: progressSchema }),
} as const
export type LiveEvents = Readonly<{
  [name in keyof typeof liveEventSchemas]: z.infer<(typeof liveEventSchemas)[name]>
}>

// audit
export const auditQuerySchema = z.strictObject({ q: text, cursor, limit })
export type AuditQuery = z.input<typeof auditQuerySchema>
export const auditRowSchema = z.strictObject({
  id: z.int(),
  at: instant,
  /** A user's name, or `console` for the command line. */
  actor: z.string(),
  /** `session.open`, `session.refused`, `password.change`, `document.upload`, `document.push`, `terminal.revoke`, `user.add`, … */
  action: z.string(),
  subject: z.string(),
  outcome: z.enum(['done', 'refused']),
  detail: z.string(),
  /** Address that it came from; empty for the command line. */
  remote: z.string(),
})
export type AuditRow = z.infer<typeof auditRowSchema>
export const auditPageSchema = z.strictObject({ rows: z.array(auditRowSchema), nextCursor: z.string().nullable() })
export type AuditPage = z.infer<typeof auditPageSchema>

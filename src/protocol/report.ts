import { z } from 'zod'
import { outcomes, resultSchema, sentenceSchema } from '../checks/result.ts'
import { modes } from '../policy/verdict.ts'
import { answerStates } from '../standards/coverage.ts'
import { clauseKinds } from '../standards/standard.ts'
import { eventKinds, severities } from './events.ts'
import { sensorSchema } from './messages.ts'
import { terminalSignatureSchema } from './terminal-signature.ts'
import { zones } from './zone.ts'

const instant = z.iso.datetime({ offset: true })
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const bilingual = z.strictObject({ ja: z.string(), en: z.string() })
const kindNames = Object.keys(eventKinds).filter((kind): kind is keyof typeof eventKinds => kind in eventKinds)
const signer = z.strictObject({ keyId: sha256, holder: z.string(), role: z.string() })

const terminal = z.strictObject({
  id: z.string(),
  hostname: z.string(),
  os: z.string(),
  zone: z.enum(zones),
  group: z.string(),
  agentVersion: z.string(),
  /** SHA-256 of stable hardware facts; null where the machine could not say who it is. */
  hardware: sha256.nullable(),
  /** `https://…` of its center; null for a terminal that was never enrolled. */
  center: z.string().nullable(),
  enrolledAt: instant.nullable(),
  /** Null: no agent answers, and sensors are as the journal last told of them. */
  agentStartedAt: instant.nullable(),
})

/** Whose signature stands under the report. `local`: made on the terminal, no center vouches for it. */
const key = z.strictObject({
  keyId: sha256,
  kind: z.enum(['enrolled', 'local']),
  caSha256: sha256.nullable(),
  certificateExpires: instant.nullable(),
})

const policy = z.strictObject({
  id: z.string(),
  title: bilingual,
  version: z.int(),
  mode: z.enum(modes),
  modes: z.record(z.string(), z.enum(modes)),
  standard: z.string().nullable(),
  digest: sha256,
  appliedAt: instant,
  validFrom: instant,
  expires: instant,
  isExpired: z.boolean(),
  contact: bilingual.nullable(),
  signers: z.array(signer),
  root: z.strictObject({ version: z.int(), digest: sha256, isDemonstration: z.boolean() }).nullable(),
})

const grant = z.strictObject({
  id: z.string(),
  version: z.int(),
  subject: bilingual,
  access: z.enum(['read-only', 'read-write']),
  users: z.array(z.string()),
  validFrom: instant,
  until: instant,
  state: z.enum(['in-force', 'not-yet', 'ended']),
  reason: z.string(),
  applicant: z.string(),
  approver: z.string(),
  digest: sha256,
  signers: z.array(signer),
})

const control = z.strictObject({
  id: z.string(),
  title: bilingual,
  severity: z.enum(severities),
  answeredBy: z.enum(['guard', 'check', 'record', 'workflow', 'planned']),
  state: z.enum(answerStates),
  result: resultSchema.nullable(),
})

const clause = z.strictObject({
  ref: z.string(),
  summary: bilingual,
  role: bilingual,
  kind: z.enum(clauseKinds),
  state: z.enum(answerStates),
  controls: z.array(z.string()),
})
const counts = z.record(z.enum(answerStates), z.int())
const standard = z.strictObject({
  id: z.string(),
  title: bilingual,
  issuer: bilingual,
  amended: bilingual.nullable(),
  counts,
  clauses: z.array(clause),
})

const finding = z.strictObject({
  control: z.string(),
  /** Empty: the control as a whole. */
  key: z.string(),
  outcome: z.enum(outcomes),
  severity: z.enum(severities),
  text: sentenceSchema,
  remedy: sentenceSchema.nullable(),
  since: instant,
  /** How often it came; above 1 it comes and goes. */
  count: z.int(),
})

const mediaEvent = z.strictObject({
  seq: z.int(),
  at: instant,
  kind: z.enum(kindNames),
  severity: z.enum(severities),
  subject: z.string(),
  users: z.array(z.string()),
  /** The rule it was decided by; empty where none was asked. */
  rule: z.string(),
})
const carriedFile = z.strictObject({
  seq: z.int(),
  at: instant,
  direction: z.enum(['out', 'in']),
  path: z.string(),
  sizeBytes: z.number().nullable(),
  sha256: sha256.nullable(),
  user: z.string(),
  medium: z.string(),
  note: z.string(),
})

const journal = z.strictObject({
  verifiedAt: instant,
  isWhole: z.boolean(),
  lines: z.int(),
  firstSeq: z.int().nullable(),
  firstAt: instant.nullable(),
  lastSeq: z.int().nullable(),
  lastAt: instant.nullable(),
  lastHash: sha256.nullable(),
  breaks: z.array(z.strictObject({ seq: z.int(), why: z.enum(['content', 'hash', 'prev', 'seq']) })),
  /** Numbers left out. `isExplained`: the journal itself says so, after it was found behind what its center holds. */
  gaps: z.array(z.strictObject({ afterSeq: z.int(), nextSeq: z.int(), isExplained: z.boolean() })),
  gapCount: z.int(),
})

/** `tanmori.report/1`: what a terminal says of itself, offline. */
export const reportSchema = z.strictObject({
  schema: z.literal('tanmori.report/1'),
  at: instant,
  period: z.strictObject({ from: instant, to: instant }),
  terminal,
  key,
  /** Null: none was ever received, or it was lost; then the built-in default holds. */
  policy: policy.nullable(),
  grants: z.array(grant),
  standards: z.array(standard),
  controls: z.array(control),
  findings: z.array(finding),
  /** The gravest first where not all fit, then the newest; `total` and `counts` are of all. */
  media: z.strictObject({ total: z.int(), counts: z.record(z.string(), z.int()), events: z.array(mediaEvent) }),
  carried: z.strictObject({ out: z.int(), in: z.int(), files: z.array(carriedFile) }),
  sensors: z.array(sensorSchema),
  /** Null: there is no journal that could be read. */
  journal: journal.nullable(),
  /** What could not be read or believed, and so is missing here. */
  problems: z.array(z.strictObject({ what: bilingual, detail: z.string() })),
})
export type Report = z.infer<typeof reportSchema>

/** The JSON form: exactly these bytes, in canonical order, and a line's end. */
export const signedReportSchema = z.strictObject({ report: reportSchema, signature: terminalSignatureSchema })
export type SignedReport = z.infer<typeof signedReportSchema>

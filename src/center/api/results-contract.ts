/**
 * The part of the console's contract about controls, clauses and findings. What is counted: every terminal of the
 * filter that is not revoked, once per control (or clause) in one of six states.
 *
 * | route | query | answer | role |
 * |---|---|---|---|
 * | GET /api/groups | – | Groups | viewer |
 * | GET /api/posture | – | Posture | viewer |
 * | GET /api/controls | FleetQuery | ControlsView | viewer |
 * | GET /api/controls/:control | FleetQuery | ControlView; 404 `not-found` | viewer |
 * | GET /api/controls/:control/terminals | AnsweringQuery | AnsweringPage | viewer |
 * | GET /api/standards | – | StandardsView | viewer |
 * | GET /api/standards/:standard | FleetQuery | StandardView; 404 `not-found` | viewer |
 * | GET /api/standards/:standard/terminals | ClauseTerminalsQuery | ClauseTerminalsPage | viewer |
 * | GET /api/terminals/:id/answers | – | TerminalAnswers; 404 `not-found` | viewer |
 * | GET /api/terminals/:id/clauses | `standard` | TerminalClauses; 404 `not-found` | viewer |
 * | GET …/export of each list and of `answers` | its query, `format`, `lang` | a file, streamed; recorded in the audit log | viewer |
 */
import { z } from 'zod'
import { outcomes, resultSchema, sentenceSchema } from '../../checks/result.ts'
import { severities } from '../../protocol/events.ts'
import { zones } from '../../protocol/zone.ts'
import { answerStates } from '../../standards/coverage.ts'
import { clauseKinds } from '../../standards/standard.ts'
import { presenceStates } from '../words.ts'

const instant = z.iso.datetime()
const count = z.int().min(0)
const text = z.string().max(200).optional()
const cursor = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,400}$/)
  .optional()
const limit = z.coerce.number().int().min(1).max(200).default(50)
const bilingual = z.strictObject({ ja: z.string(), en: z.string() })

export const stateCountsSchema = z.strictObject({
  fail: count,
  unknown: count,
  stale: count,
  'not-answered': count,
  planned: count,
  pass: count,
})
export type StateCounts = z.infer<typeof stateCountsSchema>

const fleetFilter = { zone: z.enum(zones).optional(), group: z.string().max(100).optional() }
export const fleetQuerySchema = z.strictObject(fleetFilter)
export type FleetQuery = z.input<typeof fleetQuerySchema>
const answeringFilter = { ...fleetFilter, state: z.enum(answerStates).optional(), q: text }
export const answeringQuerySchema = z.strictObject({ ...answeringFilter, cursor, limit })
export type AnsweringQuery = z.input<typeof answeringQuerySchema>
export const clauseTerminalsQuerySchema = z.strictObject({ ref: z.string().max(64), ...answeringFilter, cursor, limit })
export type ClauseTerminalsQuery = z.input<typeof clauseTerminalsQuerySchema>

export const groupsSchema = z.strictObject({ groups: z.array(z.string()) })

// the fleet in short, for the overview
export const postureSchema = z.strictObject({
  at: instant,
  /** Not revoked. */
  terminals: count,
  /** Of these, how many have told anything of their controls. */
  reporting: count,
  findings: z.strictObject({
    open: count,
    terminals: count,
    bySeverity: z.strictObject({ low: count, medium: count, high: count, critical: count }),
  }),
  /** The controls that fail on most terminals, at most five. */
  failing: z.array(z.strictObject({ control: z.string(), title: bilingual, fail: count })),
  /** Controls that fail somewhere. */
  failingControls: count,
})
export type Posture = z.infer<typeof postureSchema>

// controls
export const controlRowSchema = z.strictObject({
  control: z.string(),
  title: bilingual,
  severity: z.enum(severities),
  answeredBy: z.enum(['guard', 'check', 'record', 'workflow', 'planned']),
  counts: stateCountsSchema,
})
export type ControlRow = z.infer<typeof controlRowSchema>
export const controlsViewSchema = z.strictObject({ at: instant, terminals: count, rows: z.array(controlRowSchema) })
export type ControlsView = z.infer<typeof controlsViewSchema>
export const controlViewSchema = z.strictObject({
  ...controlRowSchema.shape,
  at: instant,
  terminals: count,
  /** What whoever looks after the terminal does about it; null where no check answers. */
  remedy: sentenceSchema.nullable(),
  /** The clauses that it answers to. */
  clauses: z.array(
    z.strictObject({ standard: z.string(), standardTitle: bilingual, ref: z.string(), summary: bilingual }),
  ),
})
export type ControlView = z.infer<typeof controlViewSchema>
const answeringTerminal = {
  terminalId: z.string(),
  hostname: z.string(),
  zone: z.enum(zones),
  group: z.string(),
  presence: z.enum(presenceStates),
}
export const controlAnswerSchema = z.strictObject({
  control: z.string(),
  title: bilingual,
  severity: z.enum(severities),
  state: z.enum(answerStates),
  /** What the terminal said; null where it said nothing. */
  result: resultSchema.nullable(),
})
export type ControlAnswer = z.infer<typeof controlAnswerSchema>
export const answeringRowSchema = z.strictObject({ ...answeringTerminal, answer: controlAnswerSchema })
export type AnsweringRow = z.infer<typeof answeringRowSchema>
export const answeringPageSchema = z.strictObject({
  rows: z.array(answeringRowSchema),
  total: count,
  nextCursor: z.string().nullable(),
})
export type AnsweringPage = z.infer<typeof answeringPageSchema>

// standards and their clauses
export const standardRowSchema = z.strictObject({
  id: z.string(),
  title: bilingual,
  issuer: bilingual,
  amended: bilingual.nullable(),
  clauses: count,
})
export type StandardRow = z.infer<typeof standardRowSchema>
export const standardsViewSchema = z.strictObject({
  rows: z.array(standardRowSchema),
  /** Files that could not be used, and why. */
  problems: z.array(z.strictObject({ file: z.string(), code: z.string(), detail: z.string() })),
})
export type StandardsView = z.infer<typeof standardsViewSchema>
const clauseShape = {
  ref: z.string(),
  summary: bilingual,
  zones: z.array(z.enum(zones)),
  role: bilingual,
  kind: z.enum(clauseKinds),
}
export const clauseRowSchema = z.strictObject({
  ...clauseShape,
  /** Over the terminals of its zones. */
  counts: stateCountsSchema,
  controls: z.array(z.strictObject({ control: z.string(), title: bilingual, counts: stateCountsSchema })),
})
export type ClauseRow = z.infer<typeof clauseRowSchema>
export const standardViewSchema = z.strictObject({
  ...standardRowSchema.shape,
  at: instant,
  terminals: count,
  rows: z.array(clauseRowSchema),
})
export type StandardView = z.infer<typeof standardViewSchema>
export const clauseTerminalRowSchema = z.strictObject({
  ...answeringTerminal,
  state: z.enum(answerStates),
  answers: z.array(controlAnswerSchema),
})
export type ClauseTerminalRow = z.infer<typeof clauseTerminalRowSchema>
export const clauseTerminalsPageSchema = z.strictObject({
  rows: z.array(clauseTerminalRowSchema),
  total: count,
  nextCursor: z.string().nullable(),
})
export type ClauseTerminalsPage = z.infer<typeof clauseTerminalsPageSchema>

// one terminal
export const findingRowSchema = z.strictObject({
  control: z.string(),
  title: bilingual,
  key: z.string(),
  severity: z.enum(severities),
  outcome: z.enum(outcomes).exclude(['pass']),
  text: sentenceSchema,
  remedy: sentenceSchema.nullable(),
  times: count,
  openedAt: instant,
  closedAt: instant.nullable(),
})
export type FindingRow = z.infer<typeof findingRowSchema>
export const terminalAnswersSchema = z.strictObject({
  at: instant,
  /** When the terminal reported last; null: never. */
  reportedAt: instant.nullable(),
  counts: stateCountsSchema,
  answers: z.array(controlAnswerSchema),
  /** Open ones. */
  findings: z.array(findingRowSchema),
  /** The last that closed. */
  closed: z.array(findingRowSchema),
})
export type TerminalAnswers = z.infer<typeof terminalAnswersSchema>
export const terminalClausesQuerySchema = z.strictObject({ standard: z.string().max(64) })
export const terminalClausesSchema = z.strictObject({
  standard: standardRowSchema,
  counts: stateCountsSchema,
  rows: z.array(z.strictObject({ ...clauseShape, state: z.enum(answerStates), answers: z.array(controlAnswerSchema) })),
})
export type TerminalClauses = z.infer<typeof terminalClausesSchema>

// files
export const exportFormats = ['csv', 'json'] as const
export const exportOptions = {
  format: z.enum(exportFormats).default('csv'),
  lang: z.enum(['ja', 'en']).default('ja'),
} as const

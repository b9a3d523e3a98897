import type { Result } from '../../src/checks/result.ts'
import type { Signer } from '../../src/policy/envelope.ts'
import type { Grant } from '../../src/policy/grant.ts'
import type { Policy } from '../../src/policy/schema.ts'
import type { JournalEvent } from '../../src/protocol/events.ts'
import type { SensorStatus } from '../../src/protocol/messages.ts'
import type { Report } from '../../src/protocol/report.ts'
import type { Standard } from '../../src/standards/standard.ts'

/** Everything that a report is made of, read; `buildReport` makes the report. */
export type ReportInput = Readonly<{
  now: Date
  from: Date
  terminal: Report['terminal']
  key: Report['key']
  policy: HeldPolicy | null
  grants: readonly HeldGrant[]
  results: readonly Result[]
  /** Since when and how often, of findings that are open. */
  findings: readonly OpenFinding[]
  standards: readonly Standard[]
  sensors: readonly SensorStatus[]
  journal: JournalReading | null
  problems: Report['problems']
}>

export type HeldPolicy = Readonly<{
  document: Policy
  digest: string
  appliedAt: string
  signers: readonly Signer[]
  root: NonNullable<Report['policy']>['root']
}>
export type HeldGrant = Readonly<{ document: Grant; digest: string; signers: readonly Signer[] }>

/** `key` '' is the control as a whole. */
export type OpenFinding = Readonly<{ control: string; key: string; since: string; count: number }>

export type JournalReading = Readonly<{
  summary: NonNullable<Report['journal']>
  /** Of media in the period, oldest first; `carry` are the files written to and read from them. */
  media: Kept
  carry: Kept
}>

/** The lines that are kept, and how many there were of each kind. */
export type Kept = Readonly<{ events: readonly JournalEvent[]; counts: Readonly<Record<string, number>> }>

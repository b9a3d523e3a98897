import type { JudgeContext } from '../../checks/check.ts'
import type { Result } from '../../checks/result.ts'
import type { Grant } from '../../policy/grant.ts'
import type { Policy } from '../../policy/schema.ts'
import type { PluggedDevice } from '../../protocol/messages.ts'
import type { Zone } from '../../protocol/zone.ts'
import type { Lifecycle } from '../../standards/lifecycle.ts'

/** One terminal as the center knows it. */
export type DryRunTerminal = Readonly<{
  id: string
  hostname: string
  zone: Zone
  /** The newest facts by check. */
  facts: ReadonlyMap<string, unknown>
  /** What it said last of each control. */
  results: ReadonlyMap<string, Result>
  /** null: never told. */
  plugged: readonly PluggedDevice[] | null
  grants: readonly Grant[]
}>

/** What a check needs to be for a dry run: see `Check`. */
export type DryRunCheck = Readonly<{
  id: string
  baseline: 'none' | 'first-facts'
  judge(
    facts: unknown,
    context: JudgeContext,
  ): Readonly<{ outcome: Result['outcome']; reason: Result['reason'] }> | null
}>

export type DryRunInput = Readonly<{
  policy: Policy
  checks: readonly DryRunCheck[]
  lifecycle: Lifecycle
  now: Date
}>

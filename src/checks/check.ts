import type { z } from 'zod'
import type { ControlId } from '../controls/controls.ts'
import type { Grant } from '../policy/grant.ts'
import type { Policy } from '../policy/schema.ts'
import type { Zone } from '../protocol/zone.ts'
import type { Lifecycle } from '../standards/lifecycle.ts'
import type { Parsed, Raws, Readings } from './reading.ts'
import type { Item, Outcome, Sentence } from './result.ts'

export const systems = ['linux', 'windows'] as const
export type System = (typeof systems)[number]

/** What the readings may depend on: parameters of the policy, never the machine. */
export type ReadContext = Readonly<{ policy: Policy; zone: Zone }>

/**
 * For parsers that must remember, as since when an update has been pending: `previous` are the last facts of this check
 * (an older version may have written them), `readAt` is when the raws were read.
 */
export type ParseContext = ReadContext & Readonly<{ previous?: unknown; readAt?: string }>

/** Everything that a judgement may depend on beside the facts. */
export type JudgeContext = ReadContext &
  Readonly<{
    terminalId: string
    /** Grants for this terminal, in force or not: `isInForce` of `src/policy/rules.ts` decides. */
    grants: readonly Grant[]
    lifecycle: Lifecycle
    /** The facts that were accepted as right, of checks with `baseline: 'first-facts'`; null before the first reading. */
    baseline: unknown
    now: Date
  }>

/** `items`: each thing that is wrong, one finding each. A fail or unknown of the whole has none. */
export type Judgement = Readonly<{ outcome: Outcome; reason: Sentence; items: readonly Item[] }>

/** Beside its interval, a check is read again within seconds when this changes. */
export const triggers = ['devices', 'network', 'sessions', 'policy', 'agent'] as const
export type Trigger = (typeof triggers)[number]

export type SystemPart<Facts> = Readonly<{
  readings(context: ReadContext): Readings
  /** Readings that depend on the first ones (a path found in a configuration file); their raws come beside the first. */
  more?(raws: Raws, context: ReadContext): Readings
  parse(raws: Raws, context: ParseContext): Parsed<Facts>
  /** Files and folders whose change has the check read again within seconds. */
  watch?(context: ReadContext): readonly string[]
}>

export type CheckDefinition<Facts> = Readonly<{
  id: ControlId
  schema: z.ZodType<Facts>
  linux?: SystemPart<Facts>
  windows?: SystemPart<Facts>
  /** Null: the policy asks nothing of this control. */
  judge(facts: Facts, context: JudgeContext): Judgement | null
  /** False where the policy asks nothing, whatever the facts: what cannot be read is then not `unknown`. */
  isAsked?(context: ReadContext): boolean
  /** What whoever looks after the terminal does about it. */
  remedy: Sentence
  triggers?: readonly Trigger[]
  /** `first-facts`: what was read first is kept as right until somebody accepts a newer reading. */
  baseline?: 'none' | 'first-facts'
  /** Slow-changing inventory: read at most this often, whatever the policy's interval. */
  minIntervalMinutes?: number
}>

/** A check as the engine, the report and the dry run see it: facts are parsed by its schema before they are judged. */
export type Check = Readonly<{
  id: ControlId
  remedy: Sentence
  triggers: readonly Trigger[]
  baseline: 'none' | 'first-facts'
  minIntervalMinutes: number
  parts: Readonly<Partial<Record<System, SystemPart<unknown>>>>
  isAsked(context: ReadContext): boolean
  /** @throws ZodError where the facts are not of this check */
  judge(facts: unknown, context: JudgeContext): Judgement | null
}>

export function defineCheck<Facts>(definition: CheckDefinition<Facts>): Check {
  const { id, remedy, schema, linux, windows } = definition
  return {
    id,
    remedy,
    triggers: definition.triggers ?? [],
    baseline: definition.baseline ?? 'none',
    minIntervalMinutes: definition.minIntervalMinutes ?? 0,
    parts: { ...(linux === undefined ? {} : { linux }), ...(windows === undefined ? {} : { windows }) },
    isAsked: (context) => definition.isAsked?.(context) ?? true,
    judge: (facts, context) => definition.judge(schema.parse(facts), context),
  }
}

export function passed(ja: string, en: string): Judgement {
  return { outcome: 'pass', reason: { ja, en }, items: [] }
}

export function failed(ja: string, en: string, items: readonly Item[] = []): Judgement {
  return { outcome: 'fail', reason: { ja, en }, items }
}

export function unknown(ja: string, en: string, items: readonly Item[] = []): Judgement {
  return { outcome: 'unknown', reason: { ja, en }, items }
}

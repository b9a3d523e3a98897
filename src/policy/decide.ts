import type { Zone } from '../protocol/zone.ts'
import { builtInPolicy } from './built-in.ts'
import type { Access, BlockableClass, Device, DeviceClass, DeviceFunction } from './device.ts'
import type { Grant } from './grant.ts'
import { isMediaClass, isNeverBlockable } from './media-class.ts'
import { judgeRule, type Rule, type RuleStanding, rulesFor } from './rules.ts'
import type { Policy } from './schema.ts'
import type { Verdict, VerdictReason } from './verdict.ts'

export type DecideInput = Readonly<{
  device: Device
  /** The function of `device` that is asked about; each is decided on its own. */
  fn: DeviceFunction
  terminal: Readonly<{ id: string; zone: Zone }>
  /** Sign-in names of everyone signed in; empty: nobody is. */
  users: readonly string[]
  /** Every device plugged in now; `device` itself may be among them. */
  others: readonly Device[]
  /** null: none was ever received. */
  policy: Policy | null
  grants: readonly Grant[]
  /** The classes for which this OS can hold read-only. */
  capabilities: Readonly<{ readOnly: readonly BlockableClass[] }>
  now: Date
}>

type Answer = Readonly<{
  access: Access
  reason: VerdictReason
  ruleId: string
  control: string
  mediumId?: string | undefined
  grantId?: string | undefined
}>

/**
 * What is to be done with one function of one plugged-in device. A rule that stands (registration or grant) beats the
 * class default, among such rules the most permissive wins; a rule that does not quite stand only gives its reason to
 * the class default. What no rule knows gets the class default.
 */
export function decide(input: DecideInput): Verdict {
  const policy = input.policy ?? builtInPolicy(input.terminal.zone)
  if (isNeverBlockable(input.fn.class)) return verdictOf(input, policy, neverBlocked, [])
  const fallback = classDefault(input.fn.class, policy, input.policy === null)
  const standings = rulesFor(input.fn, policy, input.grants, fallback.control).map((rule) => judgeRule(rule, input))
  return verdictOf(input, policy, answerOf(standings, fallback, isMediaClass(input.fn.class)), standings)
}

const neverBlocked: Answer = {
  access: 'read-write',
  reason: 'never-blockable',
  ruleId: 'never-blockable',
  control: 'device.never-block',
}

function classDefault(
  name: Exclude<DeviceClass, 'input' | 'hub' | 'smart-card'>,
  policy: Policy,
  isBuiltIn: boolean,
): Answer {
  const reason = isBuiltIn ? 'no-policy' : 'class-default'
  if (!isMediaClass(name)) {
    const access = policy.devices.classes[name]
    return { access, reason, ruleId: `devices.classes.${name}`, control: 'device.allowlist' }
  }
  const access = policy.media.classes[name]
  const control = access === 'read-only' ? 'media.read-only' : 'media.block'
  return { access, reason, ruleId: `media.classes.${name}`, control }
}

/** Which near miss is told where several apply: the one that the person can do most about comes first. */
const nearMissOrder = [
  'registered-duplicate',
  'volume-unknown',
  'registered-expired',
  'registered-other-terminal',
  'registered-other-user',
  'grant-expired',
  'no-serial',
] as const satisfies readonly VerdictReason[]

function answerOf(standings: readonly RuleStanding[], fallback: Answer, isMedia: boolean): Answer {
  const standing = standings.filter((one) => one.standing === 'stands')
  const ledgerMatches = standings.filter((one) => one.rule.source === 'registered' && one.identity === 'match')
  const [clash] = isMedia && ledgerMatches.length > 1 ? ledgerMatches : []
  if (clash !== undefined) return missedAnswer(clash, 'registered-duplicate', fallback, isMedia)
  const [best] = standing.toSorted(byPermission)
  if (best !== undefined) return permittedAnswer(best.rule, isMedia)
  for (const reason of nearMissOrder) {
    const missed = standings.find((one) => one.standing === reason)
    if (missed !== undefined) return missedAnswer(missed, reason, fallback, isMedia)
  }
  return fallback
}

function byPermission(a: RuleStanding, b: RuleStanding): number {
  if (a.rule.access === b.rule.access) return 0
  return a.rule.access === 'read-write' ? -1 : 1
}

function permittedAnswer(rule: Rule, isMedia: boolean): Answer {
  return { access: rule.access, reason: rule.source, ...nameOf(rule), control: matchedControl(rule.access, isMedia) }
}

/**
 * The class default, with the reason why the rule did not stand. A doubted identity keeps the class default's control:
 * observing `media.registered-only` must not open every stick that could not be identified.
 */
function missedAnswer(missed: RuleStanding, reason: VerdictReason, fallback: Answer, isMedia: boolean): Answer {
  const isIdentified = missed.identity === 'match'
  const control = isIdentified ? matchedControl(fallback.access, isMedia) : fallback.control
  return { access: fallback.access, reason, ...nameOf(missed.rule), control }
}

function matchedControl(access: Access, isMedia: boolean): string {
  if (!isMedia) return 'device.allowlist'
  return access === 'read-only' ? 'media.read-only' : 'media.registered-only'
}

function nameOf({ ruleId, mediumId, grantId }: Rule): Pick<Answer, 'ruleId' | 'mediumId' | 'grantId'> {
  return { ruleId, mediumId, grantId }
}

function verdictOf(input: DecideInput, policy: Policy, answer: Answer, standings: readonly RuleStanding[]): Verdict {
  const isHeld = answer.access !== 'read-only' || input.capabilities.readOnly.some((name) => name === input.fn.class)
  const wouldBe = isHeld ? answer.access : 'block'
  const mode = policy.modes[answer.control] ?? policy.mode
  const until = nextChange(standings, input.terminal, input.now)
  return {
    access: mode === 'observe' ? 'read-write' : wouldBe,
    wouldBe,
    reason: answer.reason,
    ruleId: answer.ruleId,
    control: answer.control,
    class: input.fn.class,
    policyId: policy.id,
    policyVersion: policy.version,
    mode,
    ...(answer.mediumId === undefined ? {} : { mediumId: answer.mediumId }),
    ...(answer.grantId === undefined ? {} : { grantId: answer.grantId }),
    ...(isHeld ? {} : { limitedBy: 'read-only-not-held' }),
    ...(until === undefined ? {} : { until }),
  }
}

/** The next instant at which a rule for this unit on this terminal begins or ends. */
function nextChange(
  standings: readonly RuleStanding[],
  terminal: DecideInput['terminal'],
  now: Date,
): string | undefined {
  const instants = standings
    .filter(({ identity }) => identity === 'match')
    .filter(({ rule }) => rule.terminals.length === 0 || rule.terminals.includes(terminal.id))
    .filter(({ rule }) => rule.zones.length === 0 || rule.zones.includes(terminal.zone))
    .flatMap(({ rule }) => [rule.fromMs, rule.untilMs])
    .filter((instant) => Number.isFinite(instant) && instant > now.getTime())
  return instants.length === 0 ? undefined : new Date(Math.min(...instants)).toISOString()
}

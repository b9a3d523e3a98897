import type { Device, DeviceFunction } from './device.ts'
import type { Grant } from './grant.ts'
import { type Identity, type IdentityMatch, matchIdentity } from './identity.ts'
import { isMediaClass } from './media-class.ts'
import type { Policy } from './schema.ts'
import type { VerdictReason } from './verdict.ts'

/** A registered medium, an allowed device or a grant, seen alike: what could permit one function of one device. */
export type Rule = Readonly<{
  ruleId: string
  source: 'registered' | 'grant'
  access: 'read-only' | 'read-write'
  /** null: a grant that sets a control aside, whatever the device. */
  identity: Identity | null
  users: readonly string[]
  terminals: readonly string[]
  zones: readonly string[]
  fromMs: number
  untilMs: number
  mediumId?: string
  grantId?: string
}>

/** `stands`: permits now. Otherwise the reason why not, or null where the rule has nothing to say of this device. */
export type RuleStanding = Readonly<{ rule: Rule; identity: IdentityMatch; standing: 'stands' | VerdictReason | null }>

export type RuleContext = Readonly<{
  device: Device
  others: readonly Device[]
  terminal: Readonly<{ id: string; zone: string }>
  users: readonly string[]
  now: Date
}>

/** The rules that could speak of this function; `control` is the one that the class default answers to. */
export function rulesFor(fn: DeviceFunction, policy: Policy, grants: readonly Grant[], control: string): Rule[] {
  const registered = isMediaClass(fn.class) ? registeredMedia(policy) : allowedDevices(policy, fn.class)
  return [...registered, ...grants.flatMap((grant) => grantRule(grant, fn, control))]
}

/** Judges one rule for one device: place, person and time first, then doubts about the identity. */
export function judgeRule(rule: Rule, context: RuleContext): RuleStanding {
  const identity = rule.identity === null ? 'match' : matchIdentity(rule.identity, context.device)
  return { rule, identity, standing: standingOf(rule, identity, context) }
}

function standingOf(rule: Rule, identity: IdentityMatch, context: RuleContext): 'stands' | VerdictReason | null {
  if (identity === 'no-match') return null
  const obstacle = obstacleOf(rule, context)
  if (identity !== 'match') return obstacle === 'stands' ? identity : null
  if (obstacle !== 'stands') return obstacle
  return isPluggedTwice(rule, context) ? 'registered-duplicate' : 'stands'
}

function obstacleOf(rule: Rule, { terminal, users, now }: RuleContext): 'stands' | VerdictReason | null {
  const isRegistered = rule.source === 'registered'
  if (!isListed(rule.zones, terminal.zone)) return null
  if (!isListed(rule.terminals, terminal.id)) return isRegistered ? 'registered-other-terminal' : null
  if (now.getTime() < rule.fromMs) return null
  // Written so that an instant that could not be read counts as past.
  if (!(now.getTime() < rule.untilMs)) return isRegistered ? 'registered-expired' : 'grant-expired'
  if (!arePermitted(rule.users, users)) return isRegistered ? 'registered-other-user' : null
  return 'stands'
}

function isListed(list: readonly string[], value: string): boolean {
  return list.length === 0 || list.includes(value)
}

/** Every signed-in person must be named: a medium that is open to one session can be read from another. */
function arePermitted(permitted: readonly string[], signedIn: readonly string[]): boolean {
  if (permitted.length === 0) return true
  const names = new Set(permitted.map(foldName))
  return signedIn.length > 0 && signedIn.every((user) => names.has(foldName(user)))
}

/** Windows sign-in names ignore case. */
function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

/** Two units with one identity: whichever was registered cannot be told (some makers give a whole batch one serial). */
function isPluggedTwice({ identity }: Rule, { device, others }: RuleContext): boolean {
  if (identity === null || (identity.serial === undefined && identity.volume === undefined)) return false
  return others.some(
    (other) => other.key !== device.key && other.bus === device.bus && matchIdentity(identity, other) === 'match',
  )
}

function registeredMedia(policy: Policy): Rule[] {
  return policy.media.registered.map((medium) => ({
    ruleId: `media.registered.${medium.id}`,
    source: 'registered',
    access: medium.access,
    identity: medium.match,
    users: medium.users,
    terminals: medium.terminals,
    zones: [],
    fromMs: Number.NEGATIVE_INFINITY,
    untilMs: medium.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(medium.until),
    mediumId: medium.id,
  }))
}

function allowedDevices(policy: Policy, deviceClass: string): Rule[] {
  return policy.devices.allowed
    .filter((allowed) => allowed.classes.some((name) => name === deviceClass))
    .map((allowed) => ({
      ruleId: `devices.allowed.${allowed.id}`,
      source: 'registered',
      access: 'read-write',
      identity: allowed.match,
      users: allowed.users,
      terminals: allowed.terminals,
      zones: [],
      fromMs: Number.NEGATIVE_INFINITY,
      untilMs: allowed.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(allowed.until),
      mediumId: allowed.id,
    }))
}

function grantRule(grant: Grant, fn: DeviceFunction, control: string): Rule[] {
  const identity = grantedIdentity(grant, fn, control)
  if (identity === undefined) return []
  return [
    {
      ruleId: `grant.${grant.id}`,
      source: 'grant',
      access: grant.access,
      identity,
      users: grant.users,
      terminals: grant.terminals,
      zones: grant.zones,
      fromMs: Date.parse(grant.validFrom),
      untilMs: Date.parse(grant.until),
      grantId: grant.id,
    },
  ]
}

/** The identity that the grant opens; null for every device; undefined where it is about something else. */
function grantedIdentity({ subject }: Grant, fn: DeviceFunction, control: string): Identity | null | undefined {
  switch (subject.kind) {
    case 'medium':
      return isMediaClass(fn.class) ? subject.match : undefined
    case 'device':
      return subject.classes.some((name) => name === fn.class) ? subject.match : undefined
    case 'control':
      return subject.control === control ? null : undefined
    case 'software':
    case 'network':
      return undefined
    default:
      return subject satisfies never
  }
}

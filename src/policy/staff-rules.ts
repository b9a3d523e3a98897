import { z } from 'zod'
import { type Zone, zones } from '../protocol/zone.ts'
import { builtInPolicy } from './built-in.ts'
import { accesses, blockableClasses } from './device.ts'
import type { Grant } from './grant.ts'
import type { Policy } from './schema.ts'
import { type Mode, modes } from './verdict.ts'

const bilingual = z.strictObject({ ja: z.string(), en: z.string() })
const permitted = z.strictObject({
  label: z.string(),
  access: z.enum(['read-only', 'read-write']),
  /** Null: as long as the policy names it. */
  until: z.iso.datetime({ offset: true }).nullable(),
  /** Only for people who are named, whom this does not name. */
  isForSome: z.boolean(),
})

/** The rules that hold here, as everybody at the terminal may read them: nobody is named. */
export const staffRulesSchema = z.strictObject({
  schema: z.literal('tanmori.staff-rules/1'),
  zone: z.enum(zones),
  /** Null: no policy was received, and the built-in default holds. */
  policy: z
    .strictObject({
      title: bilingual,
      version: z.int(),
      expires: z.iso.datetime({ offset: true }),
      isExpired: z.boolean(),
    })
    .nullable(),
  /** `observe`: nothing is prevented, only recorded. */
  mode: z.strictObject({ media: z.enum(modes), devices: z.enum(modes) }),
  classes: z.record(z.enum(blockableClasses), z.enum(accesses)),
  /** Media and devices that may be used on this terminal now. */
  permitted: z.array(permitted),
  records: z.strictObject({ carried: z.boolean(), outsideHours: z.boolean() }),
  isScanned: z.boolean(),
  isEncryptionRequired: z.boolean(),
  hours: z.strictObject({ days: z.array(z.string()), from: z.string(), to: z.string() }).nullable(),
  contact: bilingual.nullable(),
})
export type StaffRules = z.infer<typeof staffRulesSchema>

type State = Readonly<{
  policy: Policy | null
  grants: readonly Grant[]
  terminal: Readonly<{ id: string; zone: Zone }>
}>

/** What the policy and the grants in force say to whoever works at this terminal. */
export function describeForStaff({ policy: received, grants, terminal }: State, now: Date): StaffRules {
  const policy = received ?? builtInPolicy(terminal.zone)
  const { title, version, expires, media, devices, hours, contact } = policy
  const isExpired = Date.parse(expires) <= now.getTime()
  return {
    schema: 'tanmori.staff-rules/1',
    zone: terminal.zone,
    policy: received === null ? null : { title, version, expires, isExpired },
    mode: { media: modeOf(policy, 'media.block'), devices: modeOf(policy, 'device.allowlist') },
    classes: { ...media.classes, ...devices.classes },
    permitted: [...media.registered, ...devices.allowed]
      .filter((one) => isHere(one.terminals, terminal.id) && isStill(one.until, now))
      .map((one) => ({
        label: one.label,
        access: 'access' in one ? one.access : ('read-write' as const),
        until: one.until ?? null,
        isForSome: one.users.length > 0,
      }))
      .concat(grants.flatMap((grant) => permittedBy(grant, terminal, now))),
    records: { carried: media.carryRecord, outsideHours: hours.days.length > 0 },
    isScanned: media.importScan.enabled,
    isEncryptionRequired: media.encryption === 'required',
    hours: hours.days.length === 0 ? null : { days: hours.days, from: hours.from, to: hours.to },
    contact: contact ?? null,
  }
}

function modeOf({ mode, modes: single }: Policy, control: string): Mode {
  return single[control] ?? mode
}

function permittedBy(grant: Grant, { id, zone }: State['terminal'], now: Date): StaffRules['permitted'] {
  const { subject, access, until, users, validFrom, terminals, zones: places } = grant
  if (subject.kind !== 'medium' && subject.kind !== 'device') return []
  const isForHere = isHere(terminals, id) && (places.length === 0 || places.includes(zone))
  if (!isForHere || now.getTime() < Date.parse(validFrom) || !isStill(until, now)) return []
  return [{ label: subject.label, access, until, isForSome: users.length > 0 }]
}

function isHere(terminals: readonly string[], id: string): boolean {
  return terminals.length === 0 || terminals.includes(id)
}

function isStill(until: string | undefined, now: Date): boolean {
  return until === undefined || now.getTime() < Date.parse(until)
}

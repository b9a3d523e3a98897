import { z } from 'zod'
import { zones } from '../protocol/zone.ts'
import { allowedDeviceSchema, mediumMatchSchema } from './schema.ts'

const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, dot, hyphen, underscore; at most 100')
const person = z.string().min(1).max(200)
const label = z.string().min(1).max(200)

/** What is permitted. `control` sets one control aside on the named terminals. */
export const grantSubjectSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('medium'), label, match: mediumMatchSchema }),
  z.strictObject({
    kind: z.literal('device'),
    label,
    match: allowedDeviceSchema.shape.match,
    classes: allowedDeviceSchema.shape.classes,
  }),
  z.strictObject({
    kind: z.literal('software'),
    name: label,
    publisher: z.string().max(200).optional(),
    version: z.string().max(100).optional(),
  }),
  z.strictObject({
    kind: z.literal('network'),
    label,
    /** A wireless network's name, or the gateway's MAC address. */
    ssid: z.string().max(32).optional(),
    gateway: z
      .string()
      .regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/)
      .optional(),
  }),
  z.strictObject({ kind: z.literal('control'), control: z.string().max(64) }),
])
export type GrantSubject = z.infer<typeof grantSubjectSchema>

/** A signed, time-limited permission (許可・例外). A later `version` of the same id replaces it, also to end it early. */
export const grantSchema = z
  .strictObject({
    schema: z.literal('tanmori.grant/1'),
    id,
    version: z.int().min(1).default(1),
    subject: grantSubjectSchema,
    access: z.enum(['read-only', 'read-write']).default('read-write'),
    zones: z.array(z.enum(zones)).default([]),
    terminals: z.array(z.string().max(64)).max(5000).default([]),
    /** Sign-in names; empty: whoever is signed in. */
    users: z.array(z.string().max(256)).max(500).default([]),
    validFrom: z.iso.datetime({ offset: true }),
    until: z.iso.datetime({ offset: true }),
    reason: z.string().min(1).max(2000),
    applicant: person,
    approver: person,
  })
  .refine((grant) => grant.terminals.length + grant.zones.length > 0, {
    path: ['terminals'],
    message: 'terminals or zones: a grant names where it holds',
  })
export type Grant = z.infer<typeof grantSchema>

const japanOffsetMs = 9 * 60 * 60 * 1000

/** The last second of the Japanese fiscal year (31 March, Japan time) that `now` lies in, as `2027-03-31T23:59:59+09:00`. */
export function endOfFiscalYear(now: Date): string {
  const inJapan = new Date(now.getTime() + japanOffsetMs)
  const aprilOrLater = inJapan.getUTCMonth() >= 3
  const year = inJapan.getUTCFullYear() + (aprilOrLater ? 1 : 0)
  return `${year}-03-31T23:59:59+09:00`
}

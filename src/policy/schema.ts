import { z } from 'zod'
import { zones } from '../protocol/zone.ts'
import { accesses } from './device.ts'
import { checkPolicy } from './policy-checks.ts'
import { checks, hours, log, response } from './sections/operation.ts'
import { accounts, antivirus, network, patches, settings, software } from './sections/posture.ts'
import { modes } from './verdict.ts'

const id = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, dot, hyphen, underscore; at most 100')
const bilingual = z.strictObject({ ja: z.string().min(1).max(500), en: z.string().min(1).max(500) })
const instant = z.iso.datetime({ offset: true })
const clauses = z.array(z.string().max(100)).max(40).optional()
const access = z.enum(accesses)
/** Classes where there is nothing to read only: on or off. */
const onOff = z.enum(['block', 'read-write'])

/** What is done with media that are in no ledger and under no grant. */
const mediaClasses = z.strictObject({
  'mass-storage': access.default('block'),
  portable: access.default('block'),
  'sd-card': access.default('block'),
  optical: access.default('block'),
})

const hex4 = z.string().regex(/^[0-9a-f]{4}$/, 'four lower-case hexadecimal digits')
/** The identity of a medium: vendor, product and serial, or the volume where there is no trustworthy serial. */
export const mediumMatchSchema = z
  .strictObject({
    vendorId: hex4.optional(),
    productId: hex4.optional(),
    serial: z.string().min(1).max(256).optional(),
    volume: z.string().min(1).max(128).optional(),
  })
  .refine((match) => match.serial !== undefined || match.volume !== undefined, {
    message: 'a serial or a volume: without one, a single approval would open every unit of the product',
  })
export type MediumMatch = z.infer<typeof mediumMatchSchema>

export const registeredMediumSchema = z.strictObject({
  id,
  label: z.string().min(1).max(200),
  match: mediumMatchSchema,
  access: z.enum(['read-only', 'read-write']),
  /** Sign-in names; empty: whoever is signed in. */
  users: z.array(z.string().max(256)).max(500).default([]),
  /** Terminal ids; empty: every terminal of this policy. */
  terminals: z.array(z.string().max(64)).max(5000).default([]),
  until: instant.optional(),
  holder: z.string().max(200).optional(),
})
export type RegisteredMedium = z.infer<typeof registeredMediumSchema>

const media = z.strictObject({
  clauses,
  classes: mediaClasses.prefault({}),
  registered: z.array(registeredMediumSchema).max(10_000).default([]),
  /** Record what is written to and read from permitted media (carry-out record, 持出し記録). */
  carryRecord: z.boolean().default(true),
  /** 持込み時の検査: a permitted medium is scanned before its user can read it. */
  importScan: z
    .strictObject({
      enabled: z.boolean().default(false),
      timeoutSeconds: z.int().min(10).max(3600).default(300),
      /** What does not fit is not scanned: `refuse` keeps the medium closed, `allow` opens it and says so. */
      whenIncomplete: z.enum(['refuse', 'allow']).default('refuse'),
    })
    .prefault({}),
  /** Permitted media must be encrypted volumes (LUKS, BitLocker). */
  encryption: z.enum(['off', 'required']).default('off'),
})

/** A unit, or a whole product, that is allowed although its class is blocked. */
export const allowedDeviceSchema = z.strictObject({
  id,
  label: z.string().min(1).max(200),
  /** Vendor and product are required here; without a serial every unit of the product is meant. */
  match: z.strictObject({ vendorId: hex4, productId: hex4, serial: z.string().min(1).max(256).optional() }),
  classes: z.array(z.enum(['network', 'bluetooth', 'printer', 'audio', 'video', 'other'])).min(1),
  users: z.array(z.string().max(256)).max(500).default([]),
  terminals: z.array(z.string().max(64)).max(5000).default([]),
  until: instant.optional(),
})
export type AllowedDevice = z.infer<typeof allowedDeviceSchema>

/** CPU, memory module, disk, main board, network card, screen, docking station. */
export const hardwareKinds = ['cpu', 'memory', 'disk', 'board', 'network', 'monitor', 'dock'] as const

const devices = z.strictObject({
  clauses,
  classes: z
    .strictObject({
      network: onOff.default('block'),
      bluetooth: onOff.default('block'),
      printer: onOff.default('read-write'),
      audio: onOff.default('read-write'),
      video: onOff.default('block'),
      other: onOff.default('block'),
    })
    .prefault({}),
  allowed: z.array(allowedDeviceSchema).max(10_000).default([]),
  /** 機器構成の変更: the parts whose coming, going and exchange is found. Notebooks may leave out `monitor` and `dock`. */
  hardwareWatched: z
    .array(z.enum(hardwareKinds))
    .max(20)
    .default([...hardwareKinds]),
})

/** The whole document (design §4). Sections that no check reads yet are held to their schema all the same. */
const policyDocumentSchema = z.strictObject({
  schema: z.literal('tanmori.policy/1'),
  id,
  title: bilingual,
  /** The standard that its clauses cite: osaka, sakai, hokkaido, taishi, saitama, or the town's own id. */
  standard: z.string().max(64).optional(),
  version: z.int().min(1),
  validFrom: instant,
  expires: instant,
  appliesTo: z.strictObject({
    zones: z.array(z.enum(zones)).min(1),
    groups: z.array(z.string().max(100)).default([]),
    terminals: z.array(z.string().max(64)).default([]),
  }),
  mode: z.enum(modes),
  /** A mode of its own for single controls: `media.block: observe`. */
  modes: z.record(z.string().max(64), z.enum(modes)).default({}),
  /** Whom the person at the terminal asks. */
  contact: bilingual.optional(),
  media: media.prefault({}),
  devices: devices.prefault({}),
  antivirus: antivirus.prefault({}),
  patches: patches.prefault({}),
  software: software.prefault({}),
  network: network.prefault({}),
  settings: settings.prefault({}),
  accounts: accounts.prefault({}),
  hours: hours.prefault({}),
  log: log.prefault({}),
  response: response.prefault({}),
  checks: checks.prefault({}),
})

export const policySchema = policyDocumentSchema.superRefine((policy, context) => {
  for (const { path, message } of checkPolicy(policy)) context.addIssue({ code: 'custom', path: [...path], message })
})
export type Policy = z.infer<typeof policySchema>

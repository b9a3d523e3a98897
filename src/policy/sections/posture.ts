import { z } from 'zod'
import { byZone, clauses, name, names } from './fields.ts'

const days = z.int().min(0).max(3650)

/** 不正プログラム対策 */
export const antivirus = z.strictObject({
  clauses,
  required: z.boolean().default(true),
  /** Product names that count; empty: any. */
  products: names,
  realTime: z.boolean().default(true),
  /** Age of the patterns, against the newest that the zone's own source offers. */
  definitionsMaxAgeDays: byZone(days).default({ default: 3, internet: 1 }),
  fullScanMaxAgeDays: byZone(days).default(30),
})

/** 修正プログラム: judged by build and the age of what is missing, never by lists of KB numbers. */
export const patches = z.strictObject({
  clauses,
  maxAgeDays: byZone(days).default({ default: 60, internet: 30 }),
  rebootPendingMaxDays: byZone(days).default(7),
  /** Warns this long before a system's support ends; afterwards it fails. */
  endOfSupportWarnDays: days.default(180),
})

const softwareMatch = z.strictObject({
  name,
  publisher: name.optional(),
  /** The lowest and highest version meant, both included. */
  from: z.string().max(64).optional(),
  to: z.string().max(64).optional(),
})

/** ソフトウェア */
export const software = z.strictObject({
  clauses,
  /** `deny-listed`: all but `denied` may be there; `allow-listed`: only `allowed` and `required`. */
  rule: z.enum(['deny-listed', 'allow-listed']).default('deny-listed'),
  allowed: z.array(softwareMatch).max(5000).default([]),
  denied: z.array(softwareMatch).max(5000).default([]),
  required: z.array(softwareMatch).max(500).default([]),
  endOfSupportWarnDays: days.default(180),
})

/** ネットワーク */
export const network = z.strictObject({
  clauses,
  firewall: z.boolean().default(true),
  wireless: z.enum(['block', 'listed', 'allow']).default('block'),
  /** Names of the wireless networks for `listed`. */
  ssids: z.array(z.string().min(1).max(32)).max(500).default([]),
  /** One network at a time: a terminal never joins two zones. */
  singleNetwork: z.boolean().default(true),
  /** TCP and UDP ports that may listen to other machines; empty: not judged. */
  listeningPorts: z.array(z.int().min(1).max(65535)).max(500).default([]),
})

/** 端末の設定 */
export const settings = z.strictObject({
  clauses,
  diskEncryption: z.boolean().default(true),
  secureBoot: z.boolean().default(true),
  screenLockMaxMinutes: byZone(z.int().min(1).max(120)).default(10),
  autorun: z.enum(['off', 'any']).default('off'),
  remoteDesktop: z.enum(['off', 'any']).default('off'),
})

/** 利用者・権限 */
export const accounts = z.strictObject({
  clauses,
  /** Sign-in names that may hold administrator rights; empty: not judged. */
  administrators: names,
  guest: z.enum(['off', 'any']).default('off'),
  automaticSignIn: z.enum(['off', 'any']).default('off'),
  passwordMinLength: z.int().min(0).max(128).default(10),
  lockAfterFailures: z.int().min(0).max(100).default(10),
  unusedMaxDays: days.default(90),
})

import { z } from 'zod'
import { clauses } from './fields.ts'

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day in Japan, as 08:30')
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** 運用時間: outside it, use of the terminal is recorded, never prevented. No `days`: every hour is working time. */
export const hours = z.strictObject({
  clauses,
  days: z.array(z.enum(weekdays)).max(7).default([]),
  from: timeOfDay.default('08:00'),
  to: timeOfDay.default('19:00'),
})

/** 証跡 on the terminal; violations are kept until acknowledged, whatever these numbers say. */
export const log = z.strictObject({
  clauses,
  retentionDays: z.int().min(1).max(3650).default(400),
  maxMegabytes: z.int().min(16).max(65_536).default(512),
  chatterMaxMegabytes: z.int().min(1).max(65_536).default(64),
  clockMaxDriftSeconds: z.int().min(1).max(86_400).default(300),
  /** What the center has not acknowledged for longer than this is not collected. */
  collectMaxHours: z.int().min(1).max(8760).default(72),
})

/** インシデント対応 */
export const response = z.strictObject({
  clauses,
  notifyUser: z.boolean().default(true),
  /** Whether a responder may cut a terminal off the network by a signed order. */
  quarantine: z.enum(['off', 'on-signed-order']).default('on-signed-order'),
  /** The after-report that a single signature owes. */
  afterReportMaxHours: z.int().min(1).max(720).default(72),
  /** Whether the terminal cuts itself off when malware is found on it. */
  quarantineOnMalware: z.boolean().default(false),
  /**
   * Who may take the agent off a terminal: `administrator`, whoever may remove programs there; `signed-release`, the same with a
   * grant for the control `monitor.always`, signed by two persons.
   */
  removal: z.enum(['administrator', 'signed-release']).default('administrator'),
})

/** 点検の間隔と負荷 */
export const checks = z.strictObject({
  clauses,
  intervalMinutes: z.int().min(5).max(10_080).default(60),
  /** A reading older than this is `stale`. */
  staleAfterMinutes: z.int().min(5).max(43_200).default(1440),
  /** Controls that are not read, by id: reports say that nothing answers them. */
  off: z.array(z.string().max(64)).max(100).default([]),
  budget: z
    .strictObject({
      /** CPU time of one full round. */
      cpuSeconds: z.number().min(0.1).max(600).default(3),
      /** Of one reading. */
      timeoutSeconds: z.int().min(1).max(600).default(30),
      maxOutputMegabytes: z.int().min(1).max(64).default(8),
    })
    .prefault({}),
})

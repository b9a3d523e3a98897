import { z } from 'zod'
import { sentenceSchema } from './result.ts'

export const timeSyncSchema = z.strictObject({
  /** What keeps the clock: chrony, systemd-timesyncd, ntpd, W32Time; null: nothing was found or nothing answers. */
  service: z.string().nullable(),
  /** Whether the service says that it follows a server now; null: it does not say. */
  isSynchronized: z.boolean().nullable(),
  /** How far the clock is from the server's, rounded to tenths; null: not measured. */
  offsetSeconds: z.number().nullable(),
  /** Where nothing is measured: how far off the kernel reckons that it is at the most; null: it says nothing. */
  boundSeconds: z.number().nullable(),
  /** Names or addresses, as configured and as followed. */
  servers: z.array(z.string()).max(100),
  why: sentenceSchema.nullable(),
})
export type TimeSync = z.infer<typeof timeSyncSchema>

/** To a tenth: jitter of milliseconds would make each reading a change. */
export function roundOffset(seconds: number): number {
  return Math.round(seconds * 10) / 10 + 0
}

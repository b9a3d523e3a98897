import { z } from 'zod'

/** To the day: each acknowledgement is no news. */
const day = z.iso
  .datetime()
  .nullable()
  .transform((at) => (at === null ? null : `${at.slice(0, 10)}T00:00:00Z`))

export const uplinkFacts = z.object({
  uplink: z.object({
    isConfigured: z.boolean(),
    isConnected: z.boolean(),
    lastAckAt: day,
    lastError: z.string().nullable(),
  }),
})

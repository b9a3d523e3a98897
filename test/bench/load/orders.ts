import { z } from 'zod'

/** What the bench asks of a process full of terminals, and what that answers. Times in milliseconds. */
export const orderSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('connect'), upTo: z.number() }),
  /** Every terminal sends the next batch when the last one is acknowledged. */
  z.strictObject({ do: z.literal('flood'), terminals: z.number(), batch: z.number(), forMs: z.number() }),
  /** Single events at a steady pace, spread over the terminals. */
  z.strictObject({ do: z.literal('pace'), terminals: z.number(), perSecond: z.number(), forMs: z.number() }),
])
export type Order = z.infer<typeof orderSchema>

export const answerSchema = z.strictObject({
  connected: z.number(),
  events: z.number(),
  tookMs: z.number(),
  latenciesMs: z.array(z.number()),
  cpuSeconds: z.number(),
  error: z.string(),
})
export type Answer = z.infer<typeof answerSchema>

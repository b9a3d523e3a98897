import { z } from 'zod'
import { eventsSchema, factsSchema, helloSchema, proofMessageSchema, resultsSchema, statusSchema } from './messages.ts'
import { terminalSignatureSchema } from './terminal-signature.ts'

/**
 * `tanmori.bundle/1`: what a terminal would have sent by the uplink, as a file. One JSON text per line, each ended by
 * a line feed: the header, `hello`, then messages of the protocol, and last the signature over all bytes before it.
 */
export const bundleHeaderSchema = z.strictObject({
  schema: z.literal('tanmori.bundle/1'),
  at: z.iso.datetime(),
  terminalId: z.string().max(64),
  /** False: signed with a key of the terminal's own, which no center knows. */
  isEnrolled: z.boolean(),
})
export type BundleHeader = z.infer<typeof bundleHeaderSchema>

export const bundleMessageSchema = z.discriminatedUnion('type', [
  helloSchema,
  eventsSchema,
  factsSchema,
  resultsSchema,
  statusSchema,
  proofMessageSchema,
])
export type BundleMessage = z.infer<typeof bundleMessageSchema>

export const bundleEndSchema = z.strictObject({ signature: terminalSignatureSchema })

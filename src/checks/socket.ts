import { z } from 'zod'

/** One TCP or UDP socket, in one shape for both systems. A UDP socket without a peer is `listening`. */
export const socketSchema = z.object({
  protocol: z.enum(['tcp', 'udp']),
  state: z.enum(['listening', 'opening', 'established']),
  local: z.string().max(64),
  localPort: z.int().min(0).max(65535),
  remote: z.string().max(64),
  remotePort: z.int().min(0).max(65535),
  /** Empty where it cannot be read. */
  program: z.string().max(256),
  /** Whose it is, on Linux. */
  uid: z.int().min(0).nullable(),
})
export type Socket = z.infer<typeof socketSchema>

/** Facts hold at most so many; the rest is counted. */
export const maxSockets = 2000

import { z } from 'zod'
import { antivirusFactsSchema } from './antivirus-product.ts'

export const lockedFileSchema = z.strictObject({
  path: z.string(),
  uid: z.int(),
  mode: z.int(),
  /** `socket`: whoever may write to it may order clamd to stop. */
  kind: z.enum(['file', 'socket']),
})
export type LockedFile = z.infer<typeof lockedFileSchema>

export const lockFactsSchema = antivirusFactsSchema.extend({
  /** Settings, units and programs of ClamAV, and the socket by which clamd takes orders. */
  files: z.array(lockedFileSchema),
  /** Tamper protection of Defender; null where it is not told. */
  isTamperProtected: z.boolean().nullable(),
})
export type LockFacts = z.infer<typeof lockFactsSchema>

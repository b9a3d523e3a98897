import { z } from 'zod'
import { sentenceSchema } from './result.ts'

/** Never the secret itself: only that there is one, and where. */
export const storedPasswordsSchema = z.strictObject({
  /** What signs somebody in by itself, and whom where it is told. */
  automatic: z.array(z.strictObject({ where: z.string(), user: z.string() })).max(200),
  /** A password that is written down. `user` '': it belongs to the terminal. */
  stored: z.array(z.strictObject({ path: z.string(), kind: z.string(), user: z.string() })).max(1000),
  /** Browsers in which users can keep passwords, since no policy forbids it. */
  browsers: z.array(z.string()).max(20),
  missing: z.array(sentenceSchema),
})
export type StoredPasswords = z.infer<typeof storedPasswordsSchema>

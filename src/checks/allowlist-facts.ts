import { z } from 'zod'
import { maxOutside, maxPrograms, outsideSchema, programSchema } from './software.ts'

export const allowlistFactsSchema = z.strictObject({
  programs: z.array(programSchema).max(maxPrograms),
  /** Executables in the watched folders that belong to no package. */
  outside: z.array(outsideSchema).max(maxOutside),
  outsideCount: z.int().min(0),
  /** Watched folders that could not be read to their end. */
  unread: z.array(z.string()).max(200),
  /** People whose own programs are not known, since they are not signed in (Windows). */
  unseenPeople: z.int().min(0).optional(),
})
export type AllowlistFacts = z.infer<typeof allowlistFactsSchema>

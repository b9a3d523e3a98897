import { z } from 'zod'
import { maxOutside, maxPrograms, type OutsideProgram, outsideSchema, programSchema } from './software.ts'

const maxUnread = 200

export const allowlistFactsSchema = z.strictObject({
  programs: z.array(programSchema).max(maxPrograms),
  /** Executables in the watched folders that belong to no package. */
  outside: z.array(outsideSchema).max(maxOutside),
  outsideCount: z.int().min(0),
  /** Watched folders that could not be read to their end. */
  unread: z.array(z.string()).max(maxUnread),
  /** People whose own programs are not known, since they are not signed in (Windows). */
  unseenPeople: z.int().min(0).optional(),
})
export type AllowlistFacts = z.infer<typeof allowlistFactsSchema>

/** As many as the facts may name; all of them are counted. */
export function boundOutside(
  outside: readonly OutsideProgram[],
  unread: readonly string[],
): Pick<AllowlistFacts, 'outside' | 'outsideCount' | 'unread'> {
  return {
    outside: outside.slice(0, maxOutside),
    outsideCount: outside.length,
    unread: unread.slice(0, maxUnread),
  }
}

import { z } from 'zod'

/** One way to sit at the terminal: a desktop, a text console, Windows. */
export const lockSchema = z.strictObject({
  where: z.string(),
  /** Minutes without input until it locks; null: never, or not told (`state`). */
  minutes: z.number().nullable(),
  state: z.enum(['locks', 'never', 'unknown']),
  /** Whether the person sitting there could change it; null: not told. */
  isChangeable: z.boolean().nullable(),
  note: z.strictObject({ ja: z.string(), en: z.string() }),
})
export type Lock = z.infer<typeof lockSchema>

export const screenLockSchema = z.strictObject({ locks: z.array(lockSchema) })
export type ScreenLock = z.infer<typeof screenLockSchema>

export const noNote = { ja: '', en: '' } as const

export function locksAfter(
  where: string,
  minutes: number,
  isChangeable: boolean | null,
  note: Lock['note'] = noNote,
): Lock {
  return { where, minutes, state: 'locks', isChangeable, note }
}

export function neverLocks(where: string, note: Lock['note'] = noNote): Lock {
  return { where, minutes: null, state: 'never', isChangeable: null, note }
}

export function unknownLock(where: string, note: Lock['note']): Lock {
  return { where, minutes: null, state: 'unknown', isChangeable: null, note }
}

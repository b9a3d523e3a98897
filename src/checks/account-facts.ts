import { z } from 'zod'
import { japanDate } from './japan-time.ts'

/** One account that somebody could sign in with. */
export const accountSchema = z.strictObject({
  name: z.string(),
  uid: z.int().nullable(),
  isEnabled: z.boolean(),
  password: z.enum(['empty', 'locked', 'set', 'unknown']),
  neverExpires: z.boolean().nullable(),
  /** The day of the last sign-in; null: none is known. */
  lastSignIn: z.iso.date().nullable(),
  /** The day the password was set, which an account that was never used is as old as. */
  passwordSet: z.iso.date().nullable(),
})
export type Account = z.infer<typeof accountSchema>

export const accountsSchema = z.strictObject({
  accounts: z.array(accountSchema).max(5000),
  /** Numbers or names that more than one account has. */
  shared: z.array(z.strictObject({ uid: z.int(), names: z.array(z.string()) })),
  guest: z.enum(['off', 'on', 'unknown']),
  passwordMinLength: z.int().nullable(),
  /** Since when sign-ins are kept; null: nothing says. `isSignInKnown` false: the records could not be read. */
  recordsBegin: z.iso.date().nullable(),
  isSignInKnown: z.boolean(),
  /** Readings that failed although they are needed, in words. */
  missing: z.array(z.strictObject({ ja: z.string(), en: z.string() })),
})
export type Accounts = z.infer<typeof accountsSchema>

/** The day in Japan. */
export function dayOf(instant: string | null): string | null {
  return instant === null ? null : japanDate(new Date(instant))
}

/** A day given as days since 1970, as shadow(5) does. */
export function dayOfNumber(day: number | null): string | null {
  if (day === null || day <= 0 || day > 100_000) return null
  return new Date(day * 86_400_000).toISOString().slice(0, 10)
}

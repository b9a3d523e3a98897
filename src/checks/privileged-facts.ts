import { z } from 'zod'

export const privilegedSchema = z.strictObject({
  /** Who may do everything, by sign-in name, and through what: `uid 0`, `sudo`, `sudoers`, `docker`, `Administrators`. */
  administrators: z.array(z.strictObject({ name: z.string(), through: z.array(z.string()) })).max(2000),
  /** Rules that let somebody become administrator without a password. */
  withoutPassword: z.array(z.string()).max(500),
  /** Accounts that everybody knows by name and that can be signed in to: root, Administrator, admin. */
  wellKnown: z.array(z.string()).max(20),
  missing: z.array(z.strictObject({ ja: z.string(), en: z.string() })),
})
export type Privileged = z.infer<typeof privilegedSchema>

export function gatherAdministrators(pairs: readonly (readonly [string, string])[]): Privileged['administrators'] {
  const byName = new Map<string, string[]>()
  for (const [name, through] of pairs) {
    byName.set(name, [...new Set([...(byName.get(name) ?? []), through])].sort())
  }
  return [...byName].map(([name, through]) => ({ name, through })).sort((a, b) => (a.name < b.name ? -1 : 1))
}

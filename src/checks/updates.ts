import { z } from 'zod'
import { updateSearchSchema } from './update-search.ts'

export const pendingUpdateSchema = z.strictObject({
  name: z.string().max(200),
  installed: z.string().max(200),
  available: z.string().max(200),
  /** The suite or advisory that it comes from. */
  source: z.string().max(200),
  /** It has been there at least since then. */
  since: z.iso.datetime(),
  /** And not for longer: somebody looked before, and it was not there. */
  isExact: z.boolean(),
})
export type PendingUpdate = z.infer<typeof pendingUpdateSchema>

export const packageUpdatesSchema = z.strictObject({
  kind: z.literal('packages'),
  /** How old the lists of what is available are: their makers' own date. Null: they were never fetched. */
  listedAt: z.iso.datetime().nullable(),
  /** Whether a source of security updates is among them. */
  hasSecuritySource: z.boolean(),
  /** Security updates only. */
  pending: z.array(pendingUpdateSchema).max(2000),
  /** Updates of other kinds. */
  others: z.int().min(0),
  /** The last run that installed all that there was. */
  upgradedAt: z.iso.datetime().nullable(),
  /** Since when a restart is owed. */
  rebootSince: z.iso.datetime().nullable(),
})
export type PackageUpdates = z.infer<typeof packageUpdatesSchema>

export const windowsUpdatesSchema = z.strictObject({
  kind: z.literal('windows'),
  /** `22631.4460`: build and update revision. */
  build: z.string().nullable(),
  /** When the newest update was installed. */
  installedAt: z.iso.datetime().nullable(),
  /** What Windows Update says is missing; null: it could not be asked. */
  search: updateSearchSchema.nullable().optional(),
  needsReboot: z.boolean(),
  rebootSince: z.iso.datetime().nullable(),
})
export type WindowsUpdates = z.infer<typeof windowsUpdatesSchema>

export const updateFactsSchema = z.discriminatedUnion('kind', [packageUpdatesSchema, windowsUpdatesSchema])
export type UpdateFacts = z.infer<typeof updateFactsSchema>

type Found = Omit<PendingUpdate, 'since' | 'isExact'>

/**
 * Since when each update is there. Package managers do not say: what was pending the last time keeps its day, what is
 * new to a second look has come in between, and of what the first look found only the lists' own date is known.
 */
export function dateUpdates(
  found: readonly (Found & Readonly<{ listedAt: string | null }>)[],
  previous: unknown,
  readAt: string,
): PendingUpdate[] {
  const last = packageUpdatesSchema.safeParse(previous)
  // By name alone: where a fix is overtaken by the next one, something has been missing since the first.
  const before = new Map(last.success ? last.data.pending.map((one) => [one.name, one] as const) : [])
  return found.map(({ listedAt, ...one }) => {
    const kept = before.get(one.name)
    if (kept !== undefined) return { ...one, since: kept.since, isExact: kept.isExact }
    const since = listedAt !== null && listedAt < readAt ? listedAt : readAt
    return { ...one, since, isExact: last.success }
  })
}

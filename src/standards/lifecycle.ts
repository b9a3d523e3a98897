import { z } from 'zod'

/** Until when a product is supported, as its maker says. `cycle` is matched as a prefix of the version, part by part. */
const cycleSchema = z.strictObject({
  cycle: z.string().min(1).max(64),
  /** The last day of security updates for everybody, `2028-06-30`; null: no end announced. */
  end: z.iso.date().nullable(),
  /** The last day of a paid or separate extension (ESU, LTS), where the town may have it. */
  extendedEnd: z.iso.date().optional(),
})

export const lifecycleProductSchema = z.strictObject({
  schema: z.literal('tanmori.lifecycle/1'),
  id: z.string().min(1).max(64),
  name: z.strictObject({ ja: z.string(), en: z.string() }),
  /** How it is named: `ID` of os-release, package names, DisplayName prefixes. */
  matches: z.strictObject({
    osRelease: z.array(z.string()).default([]),
    packages: z.array(z.string()).default([]),
    windowsNames: z.array(z.string()).default([]),
  }),
  /** Where the dates were read, and when. */
  source: z.string().max(300),
  asOf: z.iso.date(),
  cycles: z.array(cycleSchema).min(1),
})
export type LifecycleProduct = z.infer<typeof lifecycleProductSchema>
export type Lifecycle = readonly LifecycleProduct[]

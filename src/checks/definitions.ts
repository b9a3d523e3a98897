import { z } from 'zod'
import { antivirusFactsSchema } from './antivirus-product.ts'

export const definitionsFactsSchema = antivirusFactsSchema.extend({
  /** The newest definitions in the folder that the policy names; null: it names none. */
  source: z.strictObject({ folder: z.string(), newestAt: z.iso.datetime().nullable() }).nullable(),
  /** What the last attempt to fetch definitions complained of. */
  updateError: z.string().nullable(),
})
export type DefinitionsFacts = z.infer<typeof definitionsFactsSchema>

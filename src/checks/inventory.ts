import { z } from 'zod'
import { maxPrograms, programSchema } from './software.ts'

/** The operating system and what is installed on it: what support dates and licences are looked up by. */
export const inventoryFactsSchema = z.strictObject({
  system: z.strictObject({
    /** `ID` of os-release; `windows` or `windows-server`. */
    id: z.string(),
    /** `12`, `24.04`; on Windows the build, `19045.5011`. */
    version: z.string(),
    name: z.string(),
    /** `EditionID` of Windows: `Professional`, `Enterprise`, `EnterpriseS`, `ServerStandard`. */
    edition: z.string(),
  }),
  programs: z.array(programSchema).max(maxPrograms),
})
export type InventoryFacts = z.infer<typeof inventoryFactsSchema>

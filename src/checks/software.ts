import { z } from 'zod'

/** What the package manager or the Uninstall keys list. */
export const programSchema = z.strictObject({
  name: z.string().max(300),
  version: z.string().max(200),
  publisher: z.string().max(300),
})
export type Program = z.infer<typeof programSchema>

/** An executable that no package put there. `sha256` null: too large, or gone before it could be read. */
export const outsideSchema = z.strictObject({ path: z.string().max(1000), sha256: z.string().nullable() })
export type OutsideProgram = z.infer<typeof outsideSchema>

export const maxPrograms = 8000
export const maxOutside = 2000

/** Cut to what a result can carry; unlike names they are never told apart by more than that. */
export function createProgram(name: string, version: string, publisher: string): Program {
  return { name: name.slice(0, 300), version: version.slice(0, 200), publisher: publisher.slice(0, 300) }
}

import { z } from 'zod'
import { hardwareKinds } from '../policy/schema.ts'
import { sentenceSchema } from './result.ts'

/** One part of the machine, as it says of itself. Empty texts: it says nothing. */
export const hardwarePartSchema = z.object({
  kind: z.enum(hardwareKinds),
  /** Where it sits, if that stays the same over restarts: `DIMM 0`, `0000:00:03.0`. */
  slot: z.string().max(200),
  maker: z.string().max(200),
  model: z.string().max(200),
  serial: z.string().max(200),
  /** Bytes of memory or disk; 0 for anything else. */
  bytes: z.number().min(0),
})
export type HardwarePart = z.infer<typeof hardwarePartSchema>
export type HardwareKind = HardwarePart['kind']

export const hardwareSchema = z.object({
  parts: z.array(hardwarePartSchema).readonly(),
  /** Kinds that could not be read, and why: they are not compared. */
  unread: z.array(z.object({ kind: z.enum(hardwareKinds), reason: sentenceSchema })).readonly(),
  /** The system has only just started. */
  isStarting: z.boolean(),
})
export type Hardware = z.infer<typeof hardwareSchema>

/** What makers leave in a field that they did not fill in. */
const fillers =
  /^(0+|f+|x+|none|n\/?a|unknown|undefined|not (specified|available|provided)|default string|to be filled by o\.?e\.?m\.?|system serial number|serialnum\d*|123456789|\[?empty\]?|no (dimm|module installed))$/i

/** The text cleaned of padding, control characters and fillers. */
export function statedText(text: string | null | undefined): string {
  const clean = (text ?? '')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 200)
  return fillers.test(clean) ? '' : clean
}

const maxParts = 500

/** In a fixed order, so that facts change only when the parts do. */
export function sortParts(parts: readonly HardwarePart[]): readonly HardwarePart[] {
  return parts.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)).slice(0, maxParts)
}

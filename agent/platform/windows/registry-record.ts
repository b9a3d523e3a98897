import { z } from 'zod'
import { decodeValue, encodeValue, type RegistryValue } from './win32/registry.ts'

const storedValue = z.strictObject({ code: z.int(), hex: z.string() }).nullable()
/** What was there before us, so that all of it can be given back; kept before anything is written. */
const recordSchema = z.strictObject({
  /** What stood there; null: nothing did. */
  before: z.array(z.strictObject({ path: z.string(), name: z.string(), value: storedValue })),
  written: z.array(z.strictObject({ path: z.string(), name: z.string(), data: z.union([z.number(), z.string()]) })),
  /** Keys that were not there, the upper ones first. */
  madeKeys: z.array(z.string()),
  /** Names that stood in our lists when we first wrote there: somebody else's, left alone. */
  foreign: z.record(z.string(), z.array(z.string())),
})
export type RegistryRecord = z.infer<typeof recordSchema>
export type StoredValue = z.infer<typeof storedValue>

export const recordName = 'guard-registry.json'
export const emptyRecord: RegistryRecord = { before: [], written: [], madeKeys: [], foreign: {} }

/** null where it cannot be read: what was there before is then not known, and nothing is taken away. */
export function parseRecord(text: string | null): RegistryRecord | null {
  if (text === null) return emptyRecord
  try {
    return recordSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}

export function storeValue(value: RegistryValue | null): StoredValue {
  if (value === null) return null
  const { code, bytes } = encodeValue(value)
  return { code, hex: bytes.toString('hex') }
}

export function restoreValue(stored: Exclude<StoredValue, null>): RegistryValue {
  return decodeValue(stored.code, Buffer.from(stored.hex, 'hex'))
}

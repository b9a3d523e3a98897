import { z } from 'zod'
import { pluggedDeviceSchema } from '../protocol/messages.ts'
import type { FactRecord } from './store/records.ts'

const pluggedSchema = z.union([
  z.array(pluggedDeviceSchema),
  z.object({ devices: z.array(pluggedDeviceSchema) }).transform(({ devices }) => devices),
])

/** Null where it was never told, or is of a shape that this version does not know. */
export function pluggedDevices(facts: FactRecord | null) {
  const parsed = pluggedSchema.safeParse(facts?.facts)
  return parsed.success ? parsed.data : null
}

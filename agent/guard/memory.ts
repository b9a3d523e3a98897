import { z } from 'zod'
import { accesses, type Device, deviceSchema } from '../../src/policy/device.ts'
import { outcomes } from './outcome.ts'

const toldSchema = z.object({
  /** What was told, in a form that only serves to be compared. */
  mark: z.string(),
  outcome: z.enum(outcomes),
  wanted: z.enum(accesses),
})
const pluggedSchema = z.object({
  instance: z.string(),
  sinceMs: z.number(),
  device: deviceSchema,
  told: z.record(z.string(), toldSchema),
})
/**
 * What the guard remembers over its own restarts: what was told of devices that may still be plugged in, so that nothing
 * is told twice, and the keyboards that this terminal has seen.
 */
const memorySchema = z.object({
  bootId: z.string(),
  baseline: z.enum(['on', 'off']),
  plugged: z.record(z.string(), pluggedSchema),
  /** null: never looked, so what is there now is what belongs to the terminal. */
  inputs: z.array(z.string()).nullable(),
})
export type Memory = z.infer<typeof memorySchema>
export type RememberedDevice = z.infer<typeof pluggedSchema>

export const memoryName = 'guard.json'
const maxInputs = 1000

/** An unreadable memory is an empty one: the cost is that something is told twice. */
export function parseMemory(text: string | null, bootId: string): Memory {
  const empty: Memory = { bootId, baseline: 'off', plugged: {}, inputs: null }
  if (text === null) return empty
  const parsed = memorySchema.safeParse(parseJson(text))
  if (!parsed.success) return empty
  // Another boot's devices were all unplugged by it, as far as names go: an instance only means something within a boot.
  return parsed.data.bootId === bootId ? parsed.data : { ...parsed.data, bootId, plugged: {} }
}

/** Names a keyboard or mouse: by its serial, or where it has none by the port that it is in. */
export function inputName(device: Device): string {
  const unit = device.serial === null ? `port ${device.key}` : `serial ${device.serial}`
  return `${device.vendorId ?? '????'}:${device.productId ?? '????'} ${unit}`
}

/** The oldest are forgotten first. */
export function withInputs(inputs: readonly string[], added: readonly string[]): string[] {
  return [...inputs, ...added].slice(-maxInputs)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

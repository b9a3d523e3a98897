import { z } from 'zod'
import { accesses, deviceSchema } from '../../src/policy/device.ts'
import { verdictSchema } from '../../src/policy/verdict.ts'
import type { JournalEvent } from '../../src/protocol/events.ts'
import type { Memory } from './memory.ts'
import { formatMark, outcomes } from './outcome.ts'

/** As `outcomeEvent` and `removalEvent` write it. */
const removedSchema = z.object({ device: deviceSchema, instance: z.string() })
const toldSchema = removedSchema.extend({
  function: z.string(),
  verdict: verdictSchema,
  outcome: z.enum(outcomes),
  wanted: z.enum(accesses),
})

/**
 * The memory as it would be, had the agent not been killed between a journal line and keeping it: what the journal says
 * was told of media in this boot is not told again, and a medium that left meanwhile is missed.
 * @param lines the journal's newest, oldest first
 */
export function recallJournal(memory: Memory, lines: readonly JournalEvent[]): Memory {
  const plugged = new Map(Object.entries(memory.plugged))
  for (const { kind, bootId, at, data } of lines) {
    if (bootId !== memory.bootId || !kind.startsWith('media.')) continue
    const removed = removedSchema.safeParse(data)
    if (!removed.success) continue
    const { device, instance } = removed.data
    const known = plugged.get(device.key)
    if (kind === 'media.removed') {
      if (known?.instance === instance) plugged.delete(device.key)
      continue
    }
    const told = toldSchema.safeParse(data)
    if (!told.success) continue
    const { outcome, wanted, verdict } = told.data
    const mark = formatMark(outcome, wanted, verdict)
    const before = known?.instance === instance ? known : { instance, sinceMs: Date.parse(at), device, told: {} }
    plugged.set(device.key, { ...before, told: { ...before.told, [told.data.function]: { mark, outcome, wanted } } })
  }
  return { ...memory, plugged: Object.fromEntries(plugged) }
}

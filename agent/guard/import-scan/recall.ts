import { z } from 'zod'
import type { JournalEvent } from '../../../src/protocol/events.ts'
import { scanResults } from './judge.ts'

const scannedSchema = z.object({
  instance: z.string(),
  function: z.string(),
  media: z.array(z.string()),
  result: z.enum(scanResults),
  isOpened: z.boolean(),
})
export type RecalledScan = z.infer<typeof scannedSchema>

/** What the journal says was scanned in this boot: a scan that was told is not done, and not told, again. */
export function recallScans(lines: readonly JournalEvent[], bootId: string): readonly RecalledScan[] {
  return lines.flatMap(({ kind, bootId: boot, data }) => {
    if (boot !== bootId || (kind !== 'media.scanned' && kind !== 'media.infected')) return []
    const scanned = scannedSchema.safeParse(data)
    return scanned.success ? [scanned.data] : []
  })
}

import { z } from 'zod'
import { listNames } from './item.ts'

/** What is known of scans of the whole terminal. */
export const scanFactsSchema = z.strictObject({
  products: z.array(z.string()),
  /** The last scan that demonstrably went through the whole terminal. */
  fullAt: z.iso.datetime().nullable(),
  /** The last scan of which it cannot be told how much it went through. */
  otherAt: z.iso.datetime().nullable(),
  /** A product keeps books and says that there was none; or nothing has ever been recorded and nothing is scheduled. */
  isNever: z.boolean(),
  /** Files that start a scan: cron tables, timers' units. Null where nobody looked. */
  scheduledBy: z.array(z.string()).nullable(),
})
export type ScanFacts = z.infer<typeof scanFactsSchema>

export function nameProducts({ products }: ScanFacts): Readonly<{ ja: string; en: string }> {
  return products.length === 0 ? { ja: '不正プログラム対策ソフト', en: 'antivirus' } : listNames(products)
}

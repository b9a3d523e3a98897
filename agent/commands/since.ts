import { z } from 'zod'
import { TanmoriError } from '../../src/errors.ts'

const day = z.iso.date()
const instant = z.iso.datetime({ offset: true })

/**
 * The beginning of a period: a day, which begins at midnight in Japan, or an instant.
 * @throws TanmoriError `usage` for another text, and for what has not come yet
 */
export function parseSince(text: string, now: Date): Date {
  const full = day.safeParse(text).success ? `${text}T00:00:00+09:00` : text
  if (!instant.safeParse(full).success) {
    throw new TanmoriError(
      'usage',
      `--since: wanted a day (2026-04-01) or an instant (2026-04-01T00:00:00Z), came ${text}`,
    )
  }
  const from = new Date(full)
  if (from.getTime() <= now.getTime()) return from
  throw new TanmoriError('usage', `--since: wanted a time before now (${now.toISOString()}), came ${text}`)
}

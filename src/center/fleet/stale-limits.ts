import { z } from 'zod'
import type { DocumentRecord, StaleLimits } from '../store/records.ts'

/** Where the policy that a terminal judges against is not held here, or it has none. */
export const defaultStaleAfterMinutes = 1440

const contentSchema = z.object({ checks: z.object({ staleAfterMinutes: z.number() }) })

/** A terminal's results are old by the policy that it judged them against. `documents`: every policy held. */
export function staleLimits(documents: readonly DocumentRecord[], now: Date): StaleLimits {
  const byPolicy = documents.flatMap(({ digest, kind, content }) => {
    const parsed = kind === 'policy' ? contentSchema.safeParse(content) : null
    return parsed?.success ? [[digest, cutoff(now, parsed.data.checks.staleAfterMinutes)] as const] : []
  })
  return { byPolicy: new Map(byPolicy), otherwise: cutoff(now, defaultStaleAfterMinutes) }
}

export function staleAfterMinutesOf(documents: readonly DocumentRecord[], policyDigest: string | null): number {
  const document = documents.find(({ digest }) => digest === policyDigest)
  const parsed = contentSchema.safeParse(document?.content)
  return parsed.success ? parsed.data.checks.staleAfterMinutes : defaultStaleAfterMinutes
}

function cutoff(now: Date, minutes: number): number {
  return now.getTime() - minutes * 60_000
}

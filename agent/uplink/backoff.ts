import type { UplinkLimits } from './limits.ts'

/**
 * How long to wait before attempt number `attempt` (0 the first after a loss): drawn from the whole span, also once the span
 * has reached its cap. Without that, terminals that lost the center together come back together.
 */
export function decideDelayMs(attempt: number, random: () => number, limits: UplinkLimits): number {
  const spanMs = Math.min(limits.maxDelayMs, limits.firstDelayMs * 2 ** Math.min(attempt, 30))
  return Math.round(random() * spanMs)
}

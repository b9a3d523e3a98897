import type { Check } from './check.ts'

/** Every check, one line each. */
export const checks: readonly Check[] = []

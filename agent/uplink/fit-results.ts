import type { Result } from '../../src/checks/result.ts'

/** How many items each result may keep, tried in this order until the whole list fits into a frame. */
const itemSteps = [50, 20, 5, 1, 0] as const

/** The results, with fewer items named where all of them would be too large; `itemCount` still counts them. */
export function fitResults(results: readonly Result[], maxBytes: number): Result[] {
  let fitted: Result[] = []
  for (const maxItems of itemSteps) {
    fitted = results.map((result) => ({ ...result, items: result.items.slice(0, maxItems) }))
    if (Buffer.byteLength(JSON.stringify(fitted)) <= maxBytes) break
  }
  return fitted
}

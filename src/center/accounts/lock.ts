/** Wrong passwords that are free, how long the next one locks the name, doubling, and the longest lock. */
export const lockLimits = { freeFailures: 5, firstLockMs: 30_000, maxLockMs: 900_000 } as const

/** How long a name is locked after this many wrong passwords in a row; 0 for not at all. */
export function decideLockMs(failures: number): number {
  if (failures < lockLimits.freeFailures) return 0
  const doublings = Math.min(failures - lockLimits.freeFailures, 20)
  return Math.min(lockLimits.maxLockMs, lockLimits.firstLockMs * 2 ** doublings)
}

import type { Platform, Withdrawal } from '../platform/platform.ts'
import { type Timers, within } from '../timers.ts'

export type WithdrawDeps = Readonly<{ platform: Pick<Platform, 'withdrawExceptions'>; timers: Timers }>

export const withdrawLimits = {
  /** A pass that changes devices right now is let end. */
  passMs: 2_000,
  /** Windows waits 20 s for the whole end of the service. */
  withdrawMs: 6_000,
} as const

/** Takes back what is excepted before the machine goes down. Never rejects, and holds nobody up for longer than its limits. */
export async function withdrawInTime(
  { platform, timers }: WithdrawDeps,
  running: Promise<void> | null,
): Promise<Withdrawal> {
  try {
    if (running !== null)
      await within(
        timers,
        withdrawLimits.passMs,
        running.catch(() => undefined),
      )
    const withdrawal = await within(timers, withdrawLimits.withdrawMs, platform.withdrawExceptions())
    return withdrawal ?? { units: [], failure: `not done within ${withdrawLimits.withdrawMs} ms` }
  } catch (error) {
    return { units: [], failure: error instanceof Error ? error.message : String(error) }
  }
}

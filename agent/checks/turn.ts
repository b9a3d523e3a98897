import type { Timers } from '../timers.ts'

/** Resolves when whoever goes before the checks has had its turn. */
export type Turn = () => Promise<void>

/** A guard that never comes to an end must not keep the terminal from being checked. */
const longestMs = 5_000

/** What the system has told by now is taken in, and what the guard has in hand is done, before a check goes on. */
export function createTurn(inHand: () => Promise<void> | null, timers: Timers): Turn {
  return async () => {
    await takeIn()
    const guard = inHand()
    if (guard !== null) await within(longestMs, guard, timers)
  }
}

/** Two rounds of the event loop: in the first, what came after it had asked the system is not seen yet. */
async function takeIn(): Promise<void> {
  for (let round = 0; round < 2; round += 1) await new Promise((resolve) => setImmediate(resolve))
}

async function within(ms: number, done: Promise<void>, timers: Timers): Promise<void> {
  let cancel: () => void = () => undefined
  const late = new Promise<void>((resolve) => {
    cancel = timers.after(ms, resolve)
  })
  await Promise.race([done, late])
  cancel()
}

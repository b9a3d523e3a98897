import { setTimeout as delay } from 'node:timers/promises'

const defaultWaitMs = 90_000
const pollMs = 25

/** Asks until the answer is true; `describe` says in the failure what was seen last. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  describe: () => string,
  timeoutMs = defaultWaitMs,
): Promise<void> {
  const endMs = performance.now() + timeoutMs
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`not so within ${timeoutMs} ms: ${describe()}`)
    await delay(pollMs)
  }
}

import { describe, expect, it } from 'vitest'
import { withdrawInTime, withdrawLimits } from '../../../agent/guard/withdraw.ts'
import type { Withdrawal } from '../../../agent/platform/platform.ts'

const never = new Promise<never>(() => undefined)
const done: Withdrawal = { units: ['USB\\VID_0781'], failure: '' }

describe('taking exceptions back before the machine goes down', () => {
  it.each<[string, () => Promise<Withdrawal>, (() => Promise<void>) | null, Withdrawal]>([
    ['says what was excepted', async () => done, null, done],
    ['does not wait for a pass that hangs', async () => done, () => never, done],
    ['goes on where the pass failed', async () => done, () => Promise.reject(new Error('no devices')), done],
    [
      'gives up on a system that does not answer',
      () => never,
      null,
      { units: [], failure: `not done within ${withdrawLimits.withdrawMs} ms` },
    ],
    [
      'says why where the system refused',
      async () => Promise.reject(new Error('Windows error 5')),
      null,
      { units: [], failure: 'Windows error 5' },
    ],
  ])('%s', async (_what, withdrawExceptions, running, wanted) => {
    const found = await withdrawInTime({ platform: { withdrawExceptions }, timers: hurried }, running?.() ?? null)
    expect(found).toEqual(wanted)
  })

  it('leaves the agent time for the rest of its end, within what Windows waits', () => {
    expect(withdrawLimits.passMs + withdrawLimits.withdrawMs).toBeLessThanOrEqual(10_000)
  })
})

/** A limit is over as soon as all that can happen at once has happened. */
const hurried = {
  after(_delayMs: number, run: () => void) {
    const waiting = setImmediate(run)
    return () => clearImmediate(waiting)
  },
}

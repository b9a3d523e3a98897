import type { Platform, QuarantineObservation, QuarantineWanted } from '../../platform/platform.ts'
import type { Timers } from '../../timers.ts'

export type QuarantineRulesDeps = Readonly<{
  platform: Pick<Platform, 'applyQuarantine' | 'observeQuarantine'>
  timers: Timers
  /** Rules that were in force are not so any more, and nobody asked for that. Told before they are put back. */
  onTampered: (detail: string) => void
}>

/** How long an order waits for the rules to be in force before it is told as not yet so. */
const settleSteps = 60
const settleMs = 250

/** Has the system cut the network off or let it be, and looks whether it does. */
export class QuarantineRules {
  readonly #deps: QuarantineRulesDeps
  #observed: QuarantineObservation = { state: 'differs', detail: 'not looked yet', restored: 0 }
  #asked = ''
  #wasInForce = false

  constructor(deps: QuarantineRulesDeps) {
    this.#deps = deps
  }

  get observed(): QuarantineObservation {
    return this.#observed
  }

  async enforce(wanted: QuarantineWanted): Promise<void> {
    const { platform, timers, onTampered } = this.#deps
    const asked = JSON.stringify(wanted)
    this.#observed = await platform.observeQuarantine(wanted)
    if (this.#observed.state !== 'in-force') {
      if (this.#wasInForce && asked === this.#asked) onTampered(this.#observed.detail)
      await platform.applyQuarantine(wanted)
      this.#asked = asked
      for (let step = 0; step < settleSteps && this.#observed.state !== 'in-force'; step += 1) {
        await new Promise<void>((resolve) => void timers.after(settleMs, resolve))
        this.#observed = await platform.observeQuarantine(wanted)
      }
    }
    this.#wasInForce = this.#observed.state === 'in-force' && wanted.mode === 'on'
    this.#asked = asked
  }
}

import type { SensorStatus } from '../../../src/protocol/messages.ts'
import type { QuarantineObservation } from '../../platform/platform.ts'

export type QuarantineState = Readonly<{
  /** Why the last look came to no end; empty where it did. */
  failure: string
  observed: QuarantineObservation
  isOn: boolean
  lookedAt: string | null
}>

/** Off is as right as working: what is wanted is in force. */
export function quarantineSensor({ failure, observed, isOn, lookedAt }: QuarantineState): SensorStatus {
  const detail = [failure, observed.detail]
    .filter((one) => one !== '')
    .join('; ')
    .slice(0, 500)
  const isAsWanted = failure === '' && observed.state === 'in-force'
  return { id: 'guard.quarantine', state: isAsWanted ? (isOn ? 'working' : 'off') : 'failed', lastAt: lookedAt, detail }
}

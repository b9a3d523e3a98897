import { describe, expect, it } from 'vitest'
import { type QuarantineState, quarantineSensor } from '../../../../agent/guard/quarantine/sensor.ts'

const inForce = { state: 'in-force', detail: 'rules of the kernel', restored: 0 } as const
const differs = { state: 'differs', detail: 'nobody answers', restored: 0 } as const
const lookedAt = '2026-11-21T03:00:00.000Z'

describe('the sensor of the quarantine', () => {
  it.each<[string, Partial<QuarantineState>, string, string]>([
    ['is off where nothing is cut, and that is so', { isOn: false }, 'off', 'rules of the kernel'],
    ['works where the network is cut', { isOn: true }, 'working', 'rules of the kernel'],
    ['has failed where it should be cut and is not', { isOn: true, observed: differs }, 'failed', 'nobody answers'],
    ['has failed where it should be open and is not', { isOn: false, observed: differs }, 'failed', 'nobody answers'],
    [
      'has failed where the last look came to no end, whatever was seen before',
      { isOn: true, failure: 'disk full' },
      'failed',
      'disk full; rules of the kernel',
    ],
  ])('%s', (_what, changes, state, detail) => {
    const status = quarantineSensor({ failure: '', observed: inForce, isOn: false, lookedAt, ...changes })
    expect(status).toEqual({ id: 'guard.quarantine', state, lastAt: lookedAt, detail })
  })
})

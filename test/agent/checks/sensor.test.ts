import { describe, expect, it } from 'vitest'
import { type ChecksHealth, checksSensor } from '../../../agent/checks/sensor.ts'

const fine: ChecksHealth = { troubles: [null, null], read: 56, total: 56, benched: [], lastRoundAt: null }

describe('the sensor of the checks', () => {
  it.each<[string, Partial<ChecksHealth>, string, string]>([
    ['works where nothing troubles them', {}, 'working', '56 of 56 checks read'],
    ['works before all were read', { read: 3 }, 'working', '3 of 56 checks read'],
    [
      'works where some are set aside, and names them',
      { benched: ['sw.allowlist', 'av.engine'] },
      'working',
      '56 of 56 checks read; set aside for a while: sw.allowlist, av.engine',
    ],
    [
      'is degraded by any trouble, which comes first',
      { troubles: [null, 'av.engine: broken', 'no more watches'], read: 2 },
      'degraded',
      'av.engine: broken; no more watches; 2 of 56 checks read',
    ],
  ])('%s', (_what, changes, state, detail) => {
    expect(checksSensor({ ...fine, ...changes })).toEqual({ id: 'checks', state, lastAt: null, detail })
  })

  it('says when the last round ended, and no more than fits into a status', () => {
    const lastRoundAt = '2026-07-01T00:00:00.000Z'
    const { lastAt, detail } = checksSensor({ ...fine, lastRoundAt, troubles: ['x'.repeat(900)] })
    expect([lastAt, detail.length]).toEqual([lastRoundAt, 500])
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAwakening, judgePresence } from '../../../src/center/collector/presence.ts'
import { connect, enrol } from '../support/agent.ts'
import { startCenter, type TestCenter } from '../support/center.ts'
import { until } from '../support/until.ts'

const minute = 60_000
const failed = { id: 'guard.uevents', state: 'failed', lastAt: null, detail: '' } as const
const working = { ...failed, state: 'working' } as const
const base = {
  revoked: false,
  connected: true,
  heardAtMs: 100 * minute,
  sensors: [working],
  watchingSinceMs: 0,
  nowMs: 100 * minute,
  silentAfterMs: minute,
  offlineAfterMs: 3 * minute,
}

describe('judgePresence', () => {
  it.each([
    ['connected and heard: online', {}, 'online'],
    ['connected, a sensor failed: degraded', { sensors: [working, failed] }, 'degraded'],
    ['a sensor that is off is no failure', { sensors: [{ ...failed, state: 'off' as const }] }, 'online'],
    ['connected but not heard: silent', { nowMs: 102 * minute }, 'silent'],
    ['gone a moment ago: silent', { connected: false }, 'silent'],
    ['gone for the whole grace: offline', { connected: false, nowMs: 103 * minute }, 'offline'],
    ['collector just started: unknown', { connected: false, heardAtMs: 0, watchingSinceMs: 100 * minute }, 'unknown'],
    [
      'collector awake for the whole grace: offline',
      { connected: false, heardAtMs: 0, watchingSinceMs: 97 * minute },
      'offline',
    ],
    [
      'heard before the sleep only: unknown',
      { connected: true, heardAtMs: 90 * minute, watchingSinceMs: 99 * minute },
      'unknown',
    ],
    ['revoked, whatever else: revoked', { revoked: true, nowMs: 200 * minute }, 'revoked'],
  ])('%s', (_sentence, change, wanted) => {
    expect(judgePresence({ ...base, ...change })).toBe(wanted)
  })
})

describe('isAwakening', () => {
  const tick = { lastTickMs: 0, tickMs: 5_000, sleptAfterMs: 10_000 }
  it.each([
    ['a tick in time', 5_000, false],
    ['a tick that is late under load', 14_000, false],
    ['a tick after a sleep', 16_000, true],
    ['a clock that went back', -1, true],
  ])('%s', (_sentence, nowMs, wanted) => {
    expect(isAwakening({ ...tick, nowMs })).toBe(wanted)
  })
})

describe('a running collector', () => {
  let center: TestCenter
  beforeAll(async () => {
    center = await startCenter()
  }, 60_000)
  afterAll(() => center.end())
  const stateOf = async (id: string) => (await center.center.store.terminals.find(id))?.state
  const reaches = (id: string, state: string) => until(async () => (await stateOf(id)) === state)

  it('calls nobody offline because it slept itself, and says since when it watches', async () => {
    const enrolled = await enrol(center)
    const agent = await connect(center, enrolled)
    await reaches(agent.terminalId, 'online')
    agent.close()
    await reaches(agent.terminalId, 'silent')
    center.clock.sleep(20 * minute)
    await reaches(agent.terminalId, 'unknown')
    center.clock.advance(100_000)
    expect(await stateOf(agent.terminalId)).toBe('unknown')
    center.clock.advance(100_000)
    await reaches(agent.terminalId, 'offline')
    const back = await connect(center, enrolled)
    await reaches(agent.terminalId, 'online')
    back.close()
  })

  it('calls nobody offline after its own restart before the grace has passed', async () => {
    const enrolled = await enrol(center)
    const agent = await connect(center, enrolled)
    await reaches(agent.terminalId, 'online')
    await center.center.stop()
    center.clock.advance(10 * minute)
    center = await center.restart()
    await reaches(agent.terminalId, 'unknown')
    center.clock.advance(200_000)
    await reaches(agent.terminalId, 'offline')
  })

  it('closes a connection that has gone silent', async () => {
    const agent = await connect(center, await enrol(center))
    await reaches(agent.terminalId, 'online')
    center.clock.advance(80_000)
    expect(await agent.closed).toMatchObject({ code: 1006 })
    await reaches(agent.terminalId, 'silent')
  })
})

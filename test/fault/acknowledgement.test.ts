import { afterEach, describe, expect, it } from 'vitest'
import { rescan, startAgent } from '../processes/agent.ts'
import { startCenter } from '../processes/center.ts'
import { enrolSimulated } from '../processes/enrol-simulated.ts'
import { readChain, readEvents } from '../processes/store.ts'
import { until } from '../processes/until.ts'
import { countRefusals, createScene, endScene, expectSameLines, type Scene, untilDelivered } from './scene.ts'

let scene: Scene | null = null
afterEach(async () => {
  await endScene(scene)
  scene = null
})

describe('the center is killed', () => {
  it('between commit and acknowledgement: what it holds is not doubled, and the agent learns that it is held', async () => {
    const here = await createScene()
    scene = here
    const { agent, center, network, firstCenter } = here
    const running = await startAgent(agent)
    await untilDelivered(here)
    network.set('deaf')
    agent.tree.plug('COMMITTED')
    await rescan(agent)
    await until(
      () => countRefusals(here, 'COMMITTED') === 1,
      () => 'the refusal is not committed',
    )
    await firstCenter.kill()
    network.set('cut')
    await startCenter(center)
    network.set('open')
    await untilDelivered(here)
    await expectSameLines(here)
    expect(countRefusals(here, 'COMMITTED')).toBe(1)
    await running.stop()
  })

  it('under load, five times: each line that was told is held once, in one unbroken chain', async () => {
    const here = await createScene()
    scene = here
    const { center } = here
    const terminal = await enrolSimulated(center, 'loaded')
    let running = here.firstCenter
    for (let round = 1; round <= 5; round += 1) {
      await terminal.connect({ heartbeatMs: 1_000 })
      await terminal.tell(50)
      const flood = Array.from({ length: 10 }, () => terminal.tell(40))
      await Promise.race(flood) // some are committed, some are on their way
      await running.kill()
      running = await startCenter(center)
      await terminal.connect({ heartbeatMs: 1_000 })
      await terminal.tellAgain(Math.max(1, terminal.nextSeq - 100)) // also lines that it holds
      terminal.disconnect()
    }
    const lines = readEvents(center, terminal.terminalId)
    expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 5 * 450 }, (_, index) => index + 1))
    expect(readChain(center, terminal.terminalId)).toMatchObject({ ...terminal.last, state: 'whole' })
  })
})

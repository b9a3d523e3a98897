import { afterEach, describe, expect, it } from 'vitest'
import { rescan, startAgent } from '../processes/agent.ts'
import { until } from '../processes/until.ts'
import { countRefusals, createScene, endScene, expectSameLines, type Scene, untilDelivered } from './scene.ts'

let scene: Scene | null = null
afterEach(async () => {
  await endScene(scene)
  scene = null
})

async function plugAll(here: Scene, serials: readonly string[]): Promise<void> {
  for (const serial of serials) {
    here.agent.tree.plug(serial)
    await rescan(here.agent)
  }
}

describe('the network', () => {
  it('cut, slow and cut again: every refusal arrives once, in order', async () => {
    const here = await createScene()
    scene = here
    const { agent, network } = here
    const running = await startAgent(agent)
    const serials = Array.from({ length: 12 }, (_, index) => `CUT${index}`)
    for (const [index, serial] of serials.entries()) {
      if (index % 3 === 0) network.set('cut')
      network.delay(index % 2 === 0 ? 0 : 150)
      await plugAll(here, [serial])
      if (index % 3 === 2) network.set('open')
      if (index % 3 === 2) await untilDelivered(here)
    }
    await expectSameLines(here)
    expect(serials.map((serial) => countRefusals(here, serial))).toEqual(serials.map(() => 1))
    await running.stop()
  })

  it('gone for a while: the agent tries again at times that are not regular, ever less often, and never gives up', async () => {
    const here = await createScene()
    scene = here
    const { agent, network } = here
    const running = await startAgent(agent)
    await untilDelivered(here)
    const before = network.attempts().length
    network.set('cut')
    await plugAll(here, ['GONE'])
    await until(
      () => network.attempts().length >= before + 6,
      () => `${network.attempts().length - before} attempts`,
      120_000,
    )
    const waits = [...running.text().matchAll(/"delayMs":(\d+)/g)].map(([, ms]) => Number(ms))
    expect(new Set(waits).size).toBeGreaterThan(waits.length / 2)
    for (const [attempt, ms] of waits.entries()) expect(ms).toBeLessThanOrEqual(500 * 2 ** attempt)
    network.set('open')
    await untilDelivered(here, 120_000)
    expect(countRefusals(here, 'GONE')).toBe(1)
    await expectSameLines(here)
    await running.stop()
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { rescan, startAgent } from '../processes/agent.ts'
import { startCenter } from '../processes/center.ts'
import { countRefusals, createScene, endScene, expectSameLines, type Scene, untilDelivered } from './scene.ts'

let scene: Scene | null = null
afterEach(async () => {
  await endScene(scene)
  scene = null
})

describe('kill -9', () => {
  it('of the agent, again and again while sticks come and go, and of the center in between: each refusal arrives once', async () => {
    const here = await createScene()
    scene = here
    const { agent, center } = here
    const { tree } = agent
    let running = await startAgent(agent)
    let collector = here.firstCenter
    const told: string[] = []
    const untold: string[] = []
    for (let round = 1; round <= 6; round += 1) {
      for (const serial of [`TOLD${round}A`, `TOLD${round}B`]) {
        tree.plug(serial)
        await rescan(agent)
        told.push(serial)
      }
      tree.unplug(`TOLD${round}A`)
      if (round % 2 === 0) {
        await collector.kill()
        collector = await startCenter(center)
      }
      tree.plug(`UNTOLD${round}`)
      untold.push(`UNTOLD${round}`)
      const asked = rescan(agent).catch(() => 'killed while it looked')
      await running.kill()
      await asked
      running = await startAgent(agent)
    }
    await untilDelivered(here)
    await expectSameLines(here)
    const counts = (serials: readonly string[]) => serials.map((serial) => [serial, countRefusals(here, serial)])
    expect(counts(told)).toEqual(told.map((serial) => [serial, 1]))
    expect(counts(untold)).toEqual(untold.map((serial) => [serial, 1]))
    expect(await running.stop()).toBe(0)
  })
})

import { afterEach, expect, it } from 'vitest'
import { askAgent, rescan, startAgent } from '../processes/agent.ts'
import { countRefusals, createScene, endScene, expectSameLines, type Scene, untilDelivered } from './scene.ts'

let scene: Scene | null = null
afterEach(async () => {
  await endScene(scene)
  scene = null
})

it('a half-open connection: the agent notices by itself, says so, connects anew, and loses nothing', async () => {
  const here = await createScene()
  scene = here
  const { agent, network } = here
  const running = await startAgent(agent)
  await untilDelivered(here)
  network.set('stalled')
  agent.tree.plug('STALLED')
  await rescan(agent)
  expect((await askAgent(agent)).journal.pending).toBeGreaterThan(0)
  await running.waitFor(/is given up/, { timeoutMs: 150_000 })
  network.set('open')
  await untilDelivered(here)
  expect(countRefusals(here, 'STALLED')).toBe(1)
  await expectSameLines(here)
  await running.stop()
})

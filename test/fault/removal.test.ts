import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type AgentFolder, askAgent, readJournal, startAgent } from '../processes/agent.ts'
import { projectRoot } from '../processes/center.ts'
import { startProcess } from '../processes/spawn.ts'
import { readEvents } from '../processes/store.ts'
import { until } from '../processes/until.ts'
import { createScene, endScene, expectSameLines, type Scene, untilDelivered } from './scene.ts'

let scene: Scene | null = null
afterEach(async () => {
  await endScene(scene)
  scene = null
})

const answerSchema = z.object({
  isAllowed: z.boolean(),
  code: z.string(),
  record: z.object({ state: z.string(), detail: z.string() }),
})

describe('the removal of the agent', () => {
  it('is with the center before the package goes on, and says who asked', async () => {
    const here = await createScene()
    scene = here
    const running = await startAgent(here.agent)
    await untilPolicy(here.agent)
    await untilDelivered(here) // what waits goes before it, and a removal waits seconds only
    expect(await remove(here.agent)).toMatchObject({ isAllowed: true, record: { state: 'acknowledged', detail: '' } })
    const held = readEvents(here.center, here.terminalId).filter(({ kind }) => kind === 'agent.removed')
    expect(held.map(({ data }) => JSON.parse(data))).toMatchObject([
      { why: 'administrator', by: '山田', way: 'package', version: expect.any(String) },
    ])
    await running.stop()
  })

  it('goes on where the center is away: the line lies in the journal, and comes over once it is back', async () => {
    const here = await createScene()
    scene = here
    const { agent, network } = here
    const running = await startAgent(agent)
    await untilDelivered(here)
    network.set('cut')
    expect(await remove(agent)).toMatchObject({ isAllowed: true, record: { state: 'waiting' } })
    await running.stop()
    const ofAgent = kindsOf(agent).filter((kind) => kind.startsWith('agent.'))
    expect(ofAgent).toEqual(['agent.started', 'agent.removed', 'agent.stopped'])
    network.set('open')
    const again = await startAgent(agent)
    await untilDelivered(here)
    await expectSameLines(here)
    await again.stop()
  })

  it('is written down where no agent runs, and that one ended in order is still known', async () => {
    const here = await createScene()
    scene = here
    const { agent } = here
    await (await startAgent(agent)).stop()
    expect(await remove(agent)).toMatchObject({ isAllowed: true, record: { state: 'without-agent' } })
    const again = await startAgent(agent)
    await untilDelivered(here)
    const { events } = readJournal(agent)
    const last = events.filter(({ kind }) => kind.startsWith('agent.')).slice(-3)
    expect(last.map(({ kind }) => kind)).toEqual(['agent.stopped', 'agent.removed', 'agent.started'])
    expect(last.at(-1)?.data).toMatchObject({ wasClean: true })
    await expectSameLines(here)
    await again.stop()
  })

  it('is not held up by an agent that hangs', async () => {
    const here = await createScene()
    scene = here
    const running = await startAgent(here.agent)
    running.signal('SIGSTOP')
    expect(await remove(here.agent)).toMatchObject({ isAllowed: true, record: { state: 'not-recorded' } })
    await running.kill()
  })

  it('is not told where somebody only asks whether it is allowed', async () => {
    const here = await createScene()
    scene = here
    const running = await startAgent(here.agent)
    await untilPolicy(here.agent)
    const { code, text } = await ask(here.agent, [])
    expect([code, JSON.parse(text)]).toEqual([0, { isAllowed: true, code: 'administrator', subject: '' }])
    await running.stop()
    expect(kindsOf(here.agent)).not.toContain('agent.removed')
  })
})

async function untilPolicy(agent: AgentFolder): Promise<void> {
  const isThere = async () => (await askAgent(agent)).policy !== null
  await until(isThere, () => 'no policy came')
}

/** As the scripts of the packages do it. */
async function remove(agent: AgentFolder): Promise<z.infer<typeof answerSchema>> {
  const { code, text } = await ask(agent, ['--removing', '--by', '山田'])
  expect([code, text]).toEqual([0, expect.stringContaining('"record"')])
  return answerSchema.parse(JSON.parse(text))
}

async function ask(agent: AgentFolder, options: readonly string[]): Promise<Readonly<{ code: number; text: string }>> {
  const command = ['--config', agent.config, 'package', 'check-removal', '--json', ...options]
  const asking = startProcess({
    file: process.execPath,
    args: ['--no-warnings', `${projectRoot}/agent/main.ts`, ...command],
  })
  const code = await asking.ended
  return { code, text: asking.text() }
}

function kindsOf(agent: AgentFolder): readonly string[] {
  return readJournal(agent).events.map(({ kind }) => kind)
}

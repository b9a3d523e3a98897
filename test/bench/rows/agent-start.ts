import { join } from 'node:path'
import { createAgentFolder, enrolAgent, startAgent } from '../../processes/agent.ts'
import { copyCenter, createToken, startCenter } from '../../processes/center.ts'
import type { Measure } from '../row.ts'
import { percentile, round } from '../statistics.ts'

const runs = 11

/** From exec until everything plugged in is decided on, told by the log line `tanmori runs`. */
export const measureAgentStart: Measure = async ({ folder, agent, center, centerTemplate }) => {
  const place = await copyCenter(centerTemplate, join(folder, 'start-center'))
  const collector = await startCenter(place, center)
  const agentFolder = createAgentFolder(join(folder, 'start-agent'))
  await enrolAgent(agentFolder, await createToken(place, place.collectorPort))
  const first = await startAgent(agentFolder, { executable: agent })
  await first.waitFor(/connected to the center/)
  await first.stop()
  agentFolder.tree.plug('BENCH')
  const times: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const startMs = performance.now()
    const running = await startAgent(agentFolder, { executable: agent })
    times.push(performance.now() - startMs)
    await running.stop()
  }
  await collector.stop()
  const [p50, worst] = [round(percentile(times, 0.5)), round(Math.max(...times))]
  return [
    {
      what: 'agent start → enforcing',
      target: '1 s',
      measured: `${p50} ms (worst ${worst} ms)`,
      peer: '',
      how: `exec to the log line \`tanmori runs\`, policy kept from before, one stick in; median of ${runs}`,
      numbers: { p50Ms: p50, worstMs: worst },
    },
  ]
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createAgentFolder, enrolAgent, startAgent } from '../../processes/agent.ts'
import { copyCenter, createToken, startCenter } from '../../processes/center.ts'
import { listChildren, readCpuSeconds, readMemory } from '../process-numbers.ts'
import type { Measure } from '../row.ts'
import { round } from '../statistics.ts'

const settleMs = 60_000
const watchMs = 60_000

/** The executable on this machine's own devices, connected to a center, with nothing to do. */
export const measureAgentIdle: Measure = async ({ folder, agent, center, centerTemplate, say }) => {
  const place = await copyCenter(centerTemplate, join(folder, 'idle-center'))
  const collector = await startCenter(place, center)
  const agentFolder = createAgentFolder(join(folder, 'idle-agent'))
  writeFileSync(agentFolder.config, 'terminal:\n  zone: mynumber\ntrial: true\n')
  await enrolAgent(agentFolder, await createToken(place, place.collectorPort))
  const running = await startAgent(agentFolder, { executable: agent })
  await running.waitFor(/connected to the center/)
  say(`idle: waiting ${(settleMs + watchMs) / 1000} s`)
  await delay(settleMs)
  const memory = readMemory(running.pid)
  const children = listChildren(running.pid)
  const cpuBefore = readCpuSeconds(running.pid)
  const startMs = performance.now()
  await delay(watchMs)
  const cpuPercent = ((readCpuSeconds(running.pid) - cpuBefore) / ((performance.now() - startMs) / 1000)) * 100
  await running.stop()
  await collector.stop()
  const { residentMb, privateDirtyMb } = memory
  return [
    {
      what: 'agent idle: resident memory, CPU of one core',
      target: '80 MB, 0.2 %',
      measured: `${round(residentMb)} MB (${round(privateDirtyMb)} MB private dirty), ${round(cpuPercent, 2)} %`,
      peer: 'bare Node 26 executable 41 MB; USBGuard 8.7 MB (lab); osquery watchdog kills at 200 MB and 10 % [O1]; Huawei HSS limit 150 MB',
      how: `connected, ${settleMs / 1000} s after its start, CPU over ${watchMs / 1000} s (resolution ${round(1 / (watchMs / 1000), 3)} %), ${children.length} child processes`,
      numbers: {
        residentMb: round(residentMb, 1),
        privateDirtyMb: round(privateDirtyMb, 1),
        cpuPercent: round(cpuPercent, 3),
      },
    },
  ]
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { askAdmin } from '../../../agent/control/client.ts'
import { checksReportSchema } from '../../../agent/control/protocol.ts'
import { createAgentFolder, enrolAgent, startAgent } from '../../processes/agent.ts'
import { copyCenter, createToken, startCenter } from '../../processes/center.ts'
import { readCpuSeconds, readMemory } from '../process-numbers.ts'
import type { Measure } from '../row.ts'
import { percentile, round } from '../statistics.ts'

const rounds = 5
/** The first round of a start has been made by then, and what it used given back. */
const settleMs = 90_000
const quietMs = 20_000

/** Every check of this machine read one after the other, by the executable, its own CPU time and that of the programs it ran. */
export const measureChecks: Measure = async ({ folder, agent, center, centerTemplate, say }) => {
  const place = await copyCenter(centerTemplate, join(folder, 'checks-center'))
  const collector = await startCenter(place, center)
  const agentFolder = createAgentFolder(join(folder, 'checks-agent'))
  writeFileSync(agentFolder.config, 'terminal:\n  zone: mynumber\ntrial: true\n')
  await enrolAgent(agentFolder, await createToken(place, place.collectorPort))
  const running = await startAgent(agentFolder, { executable: agent })
  await running.waitFor(/connected to the center/)
  say(`checks: waiting ${settleMs / 1000} s for the first round`)
  await delay(settleMs)
  const cpuSeconds: number[] = []
  let dearest = ''
  let count = 0
  for (let done = 0; done < rounds; done += 1) {
    const before = readCpuSeconds(running.pid)
    const report = await askAdmin(agentFolder.runDir, { method: 'check.run', ids: [] }, checksReportSchema)
    cpuSeconds.push(readCpuSeconds(running.pid) - before)
    count = report.runs.length
    const [first] = report.runs.toSorted((a, b) => (b.cpuMs ?? 0) - (a.cpuMs ?? 0))
    dearest = first === undefined ? '' : `${first.control} ${round((first.cpuMs ?? 0) / 1000, 2)} s`
  }
  await delay(quietMs)
  const { residentMb, privateDirtyMb } = readMemory(running.pid)
  await running.stop()
  await collector.stop()
  const p50 = percentile(cpuSeconds, 0.5)
  return [
    {
      what: 'full round of checks, CPU time',
      target: '3 s',
      measured: `${round(p50, 2)} s (worst ${round(Math.max(...cpuSeconds), 2)} s)`,
      peer: '',
      how: `${count} checks on this machine, own and child processes, median of ${rounds}; dearest: ${dearest}`,
      numbers: { p50Seconds: round(p50, 3), worstSeconds: round(Math.max(...cpuSeconds), 3), checks: count },
    },
    {
      what: 'agent with every check read: resident memory',
      target: '80 MB',
      measured: `${round(residentMb)} MB (${round(privateDirtyMb)} MB private dirty)`,
      peer: 'osquery watchdog kills at 200 MB [O1]; Huawei HSS limit 150 MB',
      how: `connected, ${quietMs / 1000} s after ${rounds} rounds, watching files`,
      numbers: { residentMb: round(residentMb, 1), privateDirtyMb: round(privateDirtyMb, 1) },
    },
  ]
}

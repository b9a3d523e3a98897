import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ensureWineTree } from '../../wine/harness/chroot.ts'
import { WineMachine } from '../../wine/harness/machine.ts'
import { findObstacle } from '../../wine/harness/requirements.ts'
import { parseMemory } from '../process-numbers.ts'
import type { Measure, Row } from '../row.ts'
import { percentile, round } from '../statistics.ts'
import { measurePutBack } from './put-back-in-wine.ts'

const runs = 7
const settleMs = 60_000
const peer = 'Wine 10, not Windows: times hold Wine’s own start of a process, memory its libraries'

/** The executables of Windows: their sizes as they are, the rest under Wine and marked as such. */
export const measureInWine: Measure = async ({ root, say }) => {
  const sizes = ['tanmori.exe', 'tanmori-center.exe'].map((name) => sizeOf(root, name))
  const obstacle = findObstacle()
  if (obstacle !== null) return [...sizes, nothing(obstacle)]
  const machine = await WineMachine.start(await ensureWineTree(say))
  try {
    const rows = [await measureVersion(machine), await measureStart(machine), await measureIdle(machine, say)]
    return [...sizes, ...rows, await measurePutBack(machine, peer)]
  } finally {
    await machine.close()
  }
}

function sizeOf(root: string, name: string): Row {
  const megabytes = round(statSync(join(root, 'dist/windows', name)).size / 1e6)
  const measured = `${megabytes} MB`
  return { what: `${name}: executable`, target: '', measured, peer: '', how: 'file size', numbers: { megabytes } }
}

function nothing(obstacle: string): Row {
  return { what: 'under Wine', target: '', measured: `not measured: ${obstacle}`, peer: '', how: '', numbers: {} }
}

async function measureVersion(machine: WineMachine): Promise<Row> {
  const [p50, worst] = await time(async () => {
    await machine.agent(['version'])
  })
  return {
    what: 'under Wine: tanmori.exe, `version`',
    target: '',
    measured: `${p50} ms (worst ${worst} ms)`,
    peer,
    how: `start to end, median of ${runs}`,
    numbers: { p50Ms: p50, worstMs: worst },
  }
}

async function measureStart(machine: WineMachine): Promise<Row> {
  const [p50, worst] = await time(async () => {
    const running = machine.startAgent(['run'])
    await running.waitFor(/tanmori runs/)
    return running
  })
  return {
    what: 'under Wine: agent start → enforcing',
    target: '1 s',
    measured: `${p50} ms (worst ${worst} ms)`,
    peer,
    how: `start to the log line \`tanmori runs\`, looked for each 50 ms; median of ${runs}`,
    numbers: { p50Ms: p50, worstMs: worst },
  }
}

async function measureIdle(machine: WineMachine, say: (text: string) => void): Promise<Row> {
  const running = machine.startAgent(['run'])
  await running.waitFor(/tanmori runs/)
  say(`wine: waiting ${settleMs / 1000} s`)
  await delay(settleMs)
  const { residentMb, privateDirtyMb } = parseMemory(await running.readProc('smaps_rollup'))
  await running.kill()
  return {
    what: 'under Wine: agent idle, resident memory',
    target: '80 MB',
    measured: `${round(residentMb)} MB (${round(privateDirtyMb)} MB private dirty)`,
    peer,
    how: `not enrolled, ${settleMs / 1000} s after its start, from smaps_rollup`,
    numbers: { residentMb: round(residentMb, 1), privateDirtyMb: round(privateDirtyMb, 1) },
  }
}

/** Median and worst; what goes on is ended out of the time. */
async function time(work: () => Promise<undefined | Readonly<{ kill: () => Promise<void> }> | void>) {
  const times: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const startMs = performance.now()
    const running = await work()
    times.push(performance.now() - startMs)
    await running?.kill()
  }
  return [round(percentile(times, 0.5)), round(Math.max(...times))] as const
}

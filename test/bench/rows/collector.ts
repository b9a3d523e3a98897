import { join } from 'node:path'
import { type CenterFolder, copyCenter, startCenter } from '../../processes/center.ts'
import type { Running } from '../../processes/spawn.ts'
import { countOnline } from '../../processes/store.ts'
import { makeTerminals } from '../load/identities.ts'
import { Load } from '../load/load.ts'
import type { Answer } from '../load/orders.ts'
import { readCpuSeconds, readMemory } from '../process-numbers.ts'
import type { BenchContext, Measure, Row } from '../row.ts'
import { percentile, round } from '../statistics.ts'

const flood = { terminals: 100, batch: 50, warmMs: 3_000, forMs: 15_000 } as const
const pace = { terminals: 200, perSecond: 500, forMs: 15_000 } as const
const heldSteps = [1_000, 2_500, 5_000] as const

type Scene = Readonly<{ load: Load; collector: Running; place: CenterFolder; say: BenchContext['say'] }>

/** The center's executable with its embedded store; terminals are real TLS sessions out of another process. */
export const measureCollector: Measure = async ({ folder, center, centerTemplate, say }) => {
  const place = await copyCenter(centerTemplate, join(folder, 'load-center'))
  const most = Math.max(...heldSteps)
  say(`collector: making ${most} terminals with keys and certificates`)
  const identities = await makeTerminals(place, most)
  const collector = await startCenter(place, center)
  const load = new Load(folder, identities)
  const scene: Scene = { load, collector, place, say }
  try {
    await load.order({ do: 'connect', upTo: pace.terminals })
    return [await measureLatency(scene), await measureEvents(scene), ...(await measureHeld(scene))]
  } finally {
    await load.stop()
    await collector.stop()
  }
}

async function measureLatency({ load, collector, say }: Scene): Promise<Row> {
  say(`collector: ${pace.perSecond} events/s for ${pace.forMs / 1000} s`)
  const used = cpuOf(collector)
  const answer = await load.order({ do: 'pace', ...pace })
  const [p50, p99] = latencies(answer)
  return {
    what: `collector: event → acknowledged at ${pace.perSecond} events/s, p50 / p99`,
    target: '',
    measured: `${p50} / ${p99} ms`,
    peer: 'not published by anyone read; MDE: up to 6 h report delay [M2]',
    how: `${pace.terminals} terminals, single events, committed with fsync; ${answer.events} events, ${used(answer)}`,
    numbers: { p50Ms: p50, p99Ms: p99 },
  }
}

async function measureEvents({ load, collector, say }: Scene): Promise<Row> {
  say(`collector: as many events as it takes for ${flood.forMs / 1000} s`)
  const { terminals, batch } = flood
  await load.order({ do: 'flood', terminals, batch, forMs: flood.warmMs })
  const used = cpuOf(collector)
  const answer = await load.order({ do: 'flood', terminals, batch, forMs: flood.forMs })
  const perSecond = round((answer.events / answer.tookMs) * 1000)
  const [p50, p99] = latencies(answer)
  return {
    what: 'collector, embedded store: durable events/s',
    target: '5,000/s',
    measured: `${perSecond.toLocaleString('en')}/s (batch acknowledged p50 ${p50} ms, p99 ${p99} ms)`,
    peer: 'Wazuh 5.0 engine 10-17k/s Beta 1, 8-13k/s Beta 4, processed [wazuh#35823, #37883]; AgentX 10,000/s on 8 cores',
    how: `${terminals} terminals, batches of ${batch}, the next one after its acknowledgement; ${used(answer)}`,
    numbers: { perSecond, batchP50Ms: p50, batchP99Ms: p99 },
  }
}

async function measureHeld({ load, collector, place, say }: Scene): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const wanted of heldSteps) {
    say(`collector: ${wanted} terminals connected`)
    const used = cpuOf(collector)
    const connecting = await load.order({ do: 'connect', upTo: wanted })
    const usedToConnect = used(connecting)
    const answer = await load.order({ do: 'pace', ...pace, terminals: wanted, perSecond: 200 })
    const [p50, p99] = latencies(answer)
    const { residentMb } = readMemory(collector.pid)
    const online = countOnline(place)
    const error = [connecting.error, answer.error].filter(Boolean).join('; ')
    rows.push({
      what: `collector: terminals held, ${wanted.toLocaleString('en')} tried`,
      target: wanted === 5_000 ? '5,000' : '',
      measured: `${answer.connected.toLocaleString('en')} connected, ${online.toLocaleString('en')} online, ${round(residentMb)} MB; event p50 ${p50} ms, p99 ${p99} ms${error === '' ? '' : ` (${error})`}`,
      peer: 'Systemwalker 5,000 per server [FJ1]; JP1 10,000 in 10 GB [JP1]; Wazuh 5.x file limit ~200k [W13]',
      how: `connected in ${round(connecting.tookMs / 1000, 1)} s (${usedToConnect}), a status each 30 s, 200 events/s`,
      numbers: { connected: answer.connected, online, residentMb: round(residentMb), p50Ms: p50, p99Ms: p99 },
    })
    if (error !== '') break
  }
  return rows
}

function latencies({ latenciesMs }: Answer): readonly [p50: number, p99: number] {
  return [round(percentile(latenciesMs, 0.5), 1), round(percentile(latenciesMs, 0.99), 1)]
}

/** Which of the two processes was the busy one. */
function cpuOf(collector: Running): (answer: Answer) => string {
  const before = readCpuSeconds(collector.pid)
  return ({ tookMs, cpuSeconds }) => {
    const share = (seconds: number) => `${round((seconds / (tookMs / 1000)) * 100)} %`
    return `CPU of one core: collector ${share(readCpuSeconds(collector.pid) - before)}, terminals ${share(cpuSeconds)}`
  }
}

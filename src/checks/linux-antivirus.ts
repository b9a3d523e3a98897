import { type Antivirus, createAntivirus, linuxProducts } from './antivirus-product.ts'
import { outputOf, rawOf } from './raw.ts'
import type { Raws, Reading, Readings } from './reading.ts'

/** Names of programs only: command lines can hold what is nobody's business. */
export const processesReading: Reading = { kind: 'command', program: 'ps', args: ['-e', '-o', 'comm='] }

/** `--ping` asks whether clamd answers. */
export const linuxAntivirusReadings: Readings = {
  processes: processesReading,
  ping: { kind: 'command', program: 'clamdscan', args: ['--ping', '1'], timeoutSeconds: 10 },
}

/** The known products of which a process runs; null where processes could not be listed. */
export function runningProducts(raws: Raws): readonly Antivirus[] | null {
  const output = outputOf(raws, 'processes')
  if (output === null) return null
  const processes = new Set(output.split('\n').map((line) => line.trim()))
  return linuxProducts
    .filter(({ runs, onAccess }) => processes.has(runs) || processes.has(onAccess))
    .map(({ id, name, runs, onAccess }) =>
      createAntivirus({
        id,
        name,
        isRunning: processes.has(runs) && (id !== 'clamav' || answers(raws)),
        scansOnAccess: processes.has(onAccess),
      }),
    )
}

/** clamd can be there without answering: its database is being loaded, or it hangs. Without clamdscan, being there counts. */
function answers(raws: Raws): boolean {
  const ping = rawOf(raws, 'ping', 'command')
  return ping === null || ping.code === 0
}

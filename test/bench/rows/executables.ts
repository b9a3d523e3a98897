import { statSync } from 'node:fs'
import { startProcess } from '../../processes/spawn.ts'
import type { Measure, Row } from '../row.ts'
import { percentile, round } from '../statistics.ts'

const runs = 15

/** Size of what is installed, and how long its quickest command takes. */
export const measureExecutables: Measure = async ({ agent, center }) => {
  const rows: Row[] = []
  for (const [name, file] of [
    ['tanmori', agent],
    ['tanmori-center', center],
  ] as const) {
    const times: number[] = []
    for (let run = 0; run < runs; run += 1) {
      const startMs = performance.now()
      await startProcess({ file, args: ['version'] }).ended
      times.push(performance.now() - startMs)
    }
    const megabytes = round(statSync(file).size / 1e6)
    const ms = round(percentile(times, 0.5))
    rows.push({
      what: `${name}: executable, \`version\``,
      target: '',
      measured: `${megabytes} MB, ${ms} ms`,
      peer: '',
      how: `file size; exec to exit, median of ${runs}`,
      numbers: { megabytes, versionMs: ms },
    })
  }
  return rows
}

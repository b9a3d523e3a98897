import { findControl } from '../../../src/controls/find-control.ts'
import { readChecksAlone } from '../../checks/alone.ts'
import { askAdmin } from '../../control/client.ts'
import { type ChecksReport, checksReportSchema } from '../../control/protocol.ts'
import { judgeReadings, listReadings } from '../judge/readings.ts'
import type { Trial, Tried } from '../trial.ts'

/** Every check is read anew: by the agent, in its own sandbox; where none runs, by this process. */
export async function tryChecks(trial: Trial): Promise<Tried> {
  trial.say({ ja: 'すべての点検を読み取ります。', en: 'Reading all checks.' })
  const { runs, results } = await readAll(trial)
  return {
    findings: runs.map((run) => {
      const title = findControl(run.control)?.title
      const name = title === undefined ? {} : { name: { ja: title.ja, en: title.en } }
      return {
        id: 'checks.read',
        part: run.control,
        ...name,
        ...judgeReadings(run, results.find(({ control }) => control === run.control)?.outcome ?? null),
      } as const
    }),
    readings: listReadings(runs),
  }
}

async function readAll({ config, now, askStatus }: Trial): Promise<ChecksReport> {
  if ((await askStatus()) === null) return await readChecksAlone(config, [], now)
  return await askAdmin(config.places.runDir, { method: 'check.run', ids: [] }, checksReportSchema)
}

import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { type JournalFacts, journalChainPoint, journalWritesPoint, steadyJournalFacts } from './journal-points.ts'
import { fail, judgePoints, type Point, pass } from './points.ts'

const schema = z.object({ journal: steadyJournalFacts })

export const incidentEvidence = defineCheck({
  id: 'incident.evidence',
  schema,
  ...agentParts(schema, ['journal']),
  judge({ journal }, { now, policy }) {
    const points = [
      journalWritesPoint(journal),
      journalChainPoint(journal, now),
      keptPoint(journal, policy.log.retentionDays),
    ]
    return judgePoints(points, {
      ja: `事象の証跡を改ざんが分かる形で${journal.retentionDays}日間残しています`,
      en: `events are kept for ${journal.retentionDays} days so that tampering shows`,
    })
  },
  remedy: {
    ja: 'agent.yaml の証跡の保存日数をポリシーの log.retentionDays 以上にしてください。事故のときは tanmori journal export で証跡を書き出し、別の媒体に保全してください。',
    en: 'Set the journal’s days in agent.yaml to at least the policy’s log.retentionDays. After an incident write it out with tanmori journal export.',
  },
  triggers: ['agent', 'policy'],
})

/** What the agent's settings keep, against what the policy asks. */
export function keptPoint({ retentionDays }: JournalFacts, wantedDays: number): Point {
  if (retentionDays >= wantedDays) {
    return pass('kept', `証跡の保存日数は${retentionDays}日です`, `the journal is kept for ${retentionDays} days`)
  }
  return fail(
    'kept',
    `エージェントの証跡の保存日数（${retentionDays}日）がポリシーの${wantedDays}日に足りません`,
    `the agent keeps its journal for ${retentionDays} days, the policy asks ${wantedDays}`,
  )
}

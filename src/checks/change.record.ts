import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { japanDate } from './japan-time.ts'
import { journalChainPoint, journalWritesPoint, steadyJournalFacts } from './journal-points.ts'
import { fail, judgePoints, pass } from './points.ts'

const schema = z.object({
  journal: steadyJournalFacts,
  policy: z.object({ id: z.string(), version: z.int(), appliedAt: z.iso.datetime() }).nullable(),
})

export const changeRecord = defineCheck({
  id: 'change.record',
  schema,
  ...agentParts(schema, ['journal', 'policy']),
  judge({ journal, policy }, { now }) {
    const applied =
      policy === null
        ? fail(
            'policy',
            '記録の対象となるポリシーを受け取っていません',
            'there is no policy whose changes could be recorded',
          )
        : pass('policy', `ポリシー ${policy.id} を適用中`, `policy ${policy.id} is in force`)
    const day = policy === null ? '' : japanDate(new Date(policy.appliedAt))
    return judgePoints([applied, journalWritesPoint(journal), journalChainPoint(journal, now)], {
      ja: `設定の変更を証跡に残しています（最新の変更: ${day} ポリシー v${policy?.version ?? 0}）`,
      en: `changes are kept in the journal (last: policy v${policy?.version ?? 0} on ${day})`,
    })
  },
  remedy: {
    ja: 'tanmori doctor で証跡（journal）の状態を確認し、ポリシーを適用してください。',
    en: 'Look at the journal with tanmori doctor and apply the policy.',
  },
  triggers: ['agent', 'policy'],
})

import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { guardFacts, policyPoint } from './guard-points.ts'
import { journalChainPoint, journalWritesPoint, steadyJournalFacts } from './journal-points.ts'
import { judgePoints } from './points.ts'

const schema = z.object({ journal: steadyJournalFacts, policy: guardFacts.policy })

export const auditEvidence = defineCheck({
  id: 'audit.evidence',
  schema,
  ...agentParts(schema, ['journal', 'policy']),
  judge(facts, { now }) {
    const points = [policyPoint(facts), journalWritesPoint(facts.journal), journalChainPoint(facts.journal, now)]
    return judgePoints(points, {
      ja: '条項ごとの結果と証跡を、署名付きの報告書（tanmori report）で示せます',
      en: 'results by clause and the journal can be shown in a signed report (tanmori report)',
    })
  },
  remedy: {
    ja: 'ポリシーを適用し、証跡の状態を直してから、tanmori report で報告書を作成してください。',
    en: 'Apply the policy, mend the journal, then write the report with tanmori report.',
  },
  triggers: ['agent', 'policy'],
})

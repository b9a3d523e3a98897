import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { guardFacts, policyPoint } from './guard-points.ts'
import { judgePoints } from './points.ts'

const schema = z.object({ policy: guardFacts.policy })

export const policyDisplay = defineCheck({
  id: 'policy.display',
  schema,
  ...agentParts(schema, ['policy']),
  judge(facts, { policy }) {
    return judgePoints([policyPoint(facts)], {
      ja: `職員は「${policy.title.ja}」の内容をこの端末で読めます（tanmori policy show --for-staff。問い合わせ先: ${policy.contact?.ja ?? '所属の情報セキュリティ担当'}）`,
      en: `staff can read “${policy.title.en}” here (tanmori policy show --for-staff; ask: ${policy.contact?.en ?? 'the information security officer'})`,
    })
  },
  remedy: {
    ja: '自治体のポリシーを適用し、title と contact（問い合わせ先）を書いてください。',
    en: 'Apply the municipality’s policy, with its title and contact filled in.',
  },
  triggers: ['policy'],
})

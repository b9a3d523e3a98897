import { z } from 'zod'
import { agentParts, sensorFacts } from './agent-part.ts'
import { defineCheck, failed } from './check.ts'
import { sensorPoint } from './guard-points.ts'
import { judgePoints } from './points.ts'
import { signedPolicyFacts, signerPoint } from './signer-points.ts'

const schema = z.object({ policy: signedPolicyFacts, sensors: sensorFacts })

export const policyAuthentic = defineCheck({
  id: 'policy.authentic',
  schema,
  ...agentParts(schema, ['policy', 'sensors']),
  judge({ policy, sensors }) {
    if (policy === null) {
      return failed('署名されたポリシーを適用していません', 'no signed policy is in force')
    }
    const { refused } = policy
    const count = refused.policy + refused.grant + refused.root
    return judgePoints([signerPoint(policy), sensorPoint(sensors, 'policy-store')], {
      ja: `署名と承認を確かめたポリシー ${policy.id} v${policy.version} を適用しています（直近30日に受入れを断った文書: ${count}件）`,
      en: `policy ${policy.id} v${policy.version} is in force, its signatures verified (${count} documents refused in the last 30 days)`,
    })
  },
  remedy: {
    ja: '作成者と承認者の2名が署名したポリシーを適用してください。断った文書がある場合は、証跡の policy.refused などで、いつ、どこから来たものかを確認してください。',
    en: 'Apply a policy that author and approver have signed. Where documents were refused, see policy.refused in the journal for when and whence.',
  },
  triggers: ['policy', 'agent'],
})

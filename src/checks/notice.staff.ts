import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { guardFacts, policyPoint, sensorPoints } from './guard-points.ts'
import { judgePoints } from './points.ts'

const schema = z.object({ policy: guardFacts.policy, sensors: guardFacts.sensors })

export const noticeStaff = defineCheck({
  id: 'notice.staff',
  schema,
  ...agentParts(schema, ['policy', 'sensors']),
  isAsked: ({ policy }) => policy.response.notifyUser,
  judge(facts, { policy }) {
    if (!policy.response.notifyUser) return null
    return judgePoints([policyPoint(facts), ...sensorPoints(facts.sensors)], {
      ja: '使用を止めたときは、理由と問い合わせ先を画面と tanmori status で職員に知らせます',
      en: 'staff are told what was refused, why and whom to ask, on the screen and by tanmori status',
    })
  },
  remedy: {
    ja: 'ポリシーを適用し、tanmori doctor で制御の状態を確認してください。',
    en: 'Apply the policy and look at the guard with tanmori doctor.',
  },
  triggers: ['policy', 'agent'],
})

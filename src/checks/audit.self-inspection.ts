import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { guardFacts, policyPoint } from './guard-points.ts'
import { judgePoints } from './points.ts'

const schema = z.object({ policy: guardFacts.policy })

/** That this is judged at all shows that the checks run; what is left is whether they run against the town's own policy. */
export const auditSelfInspection = defineCheck({
  id: 'audit.self-inspection',
  schema,
  ...agentParts(schema, ['policy']),
  judge(facts, { policy }) {
    const { intervalMinutes, off } = policy.checks
    const left =
      off.length === 0
        ? { ja: '', en: '' }
        : { ja: `（点検しない対策: ${off.join('、')}）`, en: ` (not checked: ${off.join(', ')})` }
    return judgePoints([policyPoint(facts)], {
      ja: `ポリシーに照らした点検を${intervalMinutes}分ごとに行っています${left.ja}`,
      en: `the terminal is checked against the policy every ${intervalMinutes} minutes${left.en}`,
    })
  },
  remedy: {
    ja: '自治体のポリシーを適用してください。組み込みの既定による点検は、規程に照らした自己点検になりません。',
    en: 'Apply the municipality’s policy: checks against the built-in default are no self-inspection.',
  },
  triggers: ['policy'],
})

import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck, failed } from './check.ts'
import { judgePoints } from './points.ts'
import { signedPolicyFacts, signerPoint } from './signer-points.ts'

const schema = z.object({ policy: signedPolicyFacts })

export const changeTwoPerson = defineCheck({
  id: 'change.two-person',
  schema,
  ...agentParts(schema, ['policy']),
  judge({ policy }) {
    if (policy === null) {
      return failed('2名で承認したポリシーを適用していません', 'no policy that two people approved is in force')
    }
    const names = policy.signers.map(({ holder }) => holder)
    return judgePoints([signerPoint(policy)], {
      ja: `適用中の設定（ポリシー v${policy.version}）は${names.join('、')}の${names.length}名が署名したものです`,
      en: `the settings in force (policy v${policy.version}) were signed by ${names.join(' and ')}`,
    })
  },
  remedy: {
    ja: 'ポリシーの変更は、作成者とは別の承認者が署名してから配ってください（tanmori-center policy）。',
    en: 'Have a change of the policy signed by an approver other than its author (tanmori-center policy).',
  },
  triggers: ['policy'],
})

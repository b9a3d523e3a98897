import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck, passed } from './check.ts'
import { grantsInForce, separationPoint } from './grant-points.ts'
import { judgePoints } from './points.ts'

const schema = z.object({ policy: z.object({ refused: z.object({ grant: z.int() }) }).nullable() })

export const grantSeparation = defineCheck({
  id: 'grant.separation',
  schema,
  ...agentParts(schema, ['policy']),
  judge({ policy }, context) {
    const inForce = grantsInForce(context)
    const refused = policy?.refused.grant ?? 0
    const note =
      refused === 0
        ? { ja: '', en: '' }
        : { ja: `（直近30日に断った許可: ${refused}件）`, en: ` (${refused} refused in the last 30 days)` }
    if (inForce.length === 0) {
      return passed(`有効な許可・例外はありません${note.ja}`, `no grant is in force${note.en}`)
    }
    return judgePoints(inForce.map(separationPoint), {
      ja: `有効な許可・例外${inForce.length}件は、いずれも申請者と承認者が別の人です${note.ja}`,
      en: `all ${inForce.length} grants in force were approved by somebody else than the applicant${note.en}`,
    })
  },
  remedy: {
    ja: '申請者とは別の承認者が署名した許可に差し替えてください。',
    en: 'Replace the grant by one that somebody other than the applicant has approved and signed.',
  },
  triggers: ['policy'],
})

import { z } from 'zod'
import { agentParts, type SensorFacts, sensorFacts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { grantsInForce, separationPoint } from './grant-points.ts'
import { sensorPoint } from './guard-points.ts'
import { judgePoints, type Point, pass } from './points.ts'

const schema = z.object({ sensors: sensorFacts })

/** The terminal takes a grant only with an approver's signature; here each that holds is named with its approver. */
export const exceptionApproval = defineCheck({
  id: 'exception.approval',
  schema,
  ...agentParts(schema, ['sensors']),
  judge({ sensors }, context) {
    const exceptions = grantsInForce(context)
    const listed = exceptions.slice(0, 3).map((grant) => separationPoint(grant).text)
    return judgePoints([...storePoints(sensors), ...exceptions.map(separationPoint)], {
      ja:
        exceptions.length === 0
          ? '有効な例外はありません'
          : `例外${exceptions.length}件はいずれも承認されています: ${listed.map(({ ja }) => ja).join('、')}`,
      en:
        exceptions.length === 0
          ? 'no exception is in force'
          : `all ${exceptions.length} exceptions are approved: ${listed.map(({ en }) => en).join(', ')}`,
    })
  },
  remedy: {
    ja: '例外は、申請者とは別の承認者が期限を付けて承認したものだけを残し、ほかは新しい版の許可で終わらせてください。',
    en: 'Keep only exceptions that somebody other than the applicant approved, with an end; finish the others by a newer version of the grant.',
  },
  triggers: ['policy'],
})

/** A store without a trust root takes no exception at all: only one that has failed says nothing of what holds. */
function storePoints(sensors: SensorFacts): readonly Point[] {
  const isUnset = sensors.some(({ id, state }) => id === 'policy-store' && state === 'degraded')
  return [
    isUnset
      ? pass('store', '受け取れる例外はありません', 'no exception can be taken')
      : sensorPoint(sensors, 'policy-store'),
  ]
}

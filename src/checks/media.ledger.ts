import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { guardFacts, policyPoint, sensorPoints } from './guard-points.ts'
import { type Medium, mediaOf, pluggedMediaFacts } from './media-facts.ts'
import { fail, judgePoints, type Point } from './points.ts'

const schema = z.object({ sensors: guardFacts.sensors, policy: guardFacts.policy, devices: pluggedMediaFacts })

export const mediaLedger = defineCheck({
  id: 'media.ledger',
  schema,
  ...agentParts(schema, ['sensors', 'policy', 'devices']),
  judge(facts, { policy }) {
    const points = [policyPoint(facts), ...sensorPoints(facts.sensors), ...mediaOf(facts.devices).flatMap(unlisted)]
    const count = policy.media.registered.length
    return judgePoints(points, {
      ja: `管理簿の媒体は${count}件です。管理簿にない媒体は使われていません`,
      en: `the ledger has ${count} media; none outside it is in use`,
    })
  },
  remedy: {
    ja: '業務で使う媒体は、ポリシーの media.registered（媒体管理簿）に登録するか、期限付きの許可を申請してください。登録しない媒体は端末から外してください。',
    en: 'Enter media that are needed in the policy’s media.registered (the ledger) or apply for a grant; unplug the others.',
  },
  triggers: ['policy', 'devices', 'agent'],
})

/** Usable now, and neither in the ledger nor under a grant. */
function unlisted({ key, name, serial, verdict }: Medium): readonly Point[] {
  if (verdict.access === 'block' || verdict.reason === 'registered' || verdict.reason === 'grant') return []
  const number =
    serial === null ? { ja: '製造番号なし', en: 'no serial' } : { ja: `製造番号 ${serial}`, en: `serial ${serial}` }
  return [
    fail(
      `unlisted:${serial ?? key}`,
      `管理簿にない媒体 ${name}（${number.ja}）が使える状態です`,
      `${name} (${number.en}) is usable and not in the ledger`,
    ),
  ]
}

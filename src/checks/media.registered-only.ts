import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { guardAbout, guardFacts, guardPoints } from './guard-points.ts'
import { classesWith } from './media-facts.ts'
import { judgePoints } from './points.ts'

const schema = z.object(guardFacts)

export const mediaRegisteredOnly = defineCheck({
  id: 'media.registered-only',
  schema,
  ...agentParts(schema, guardAbout),
  judge(facts, { policy }) {
    if (classesWith(policy, 'block', 'read-only').length === 0) return null
    const { registered } = policy.media
    const limited = registered.filter(
      ({ users, terminals, until }) => users.length > 0 || terminals.length > 0 || until !== undefined,
    )
    const points = guardPoints(facts, 'media.registered-only', policy)
    if (registered.length === 0) {
      return judgePoints(points, {
        ja: '登録媒体はなく、許可（期限付き）のある媒体のほかは使えません',
        en: 'no medium is registered: only those under a grant can be used',
      })
    }
    return judgePoints(points, {
      ja: `登録媒体${registered.length}件のほかは使えません（うち利用者・端末・期限の限定があるもの${limited.length}件）`,
      en: `only the ${registered.length} registered media can be used (${limited.length} limited to a person, terminal or time)`,
    })
  },
  remedy: {
    ja: 'ポリシーの mode（または modes の media.registered-only）を enforce にし、tanmori doctor で制御の状態を確認してください。登録媒体の利用者・端末・期限はポリシーの media.registered に書きます。',
    en: 'Set the policy’s mode (or modes: media.registered-only) to enforce and look at the guard with tanmori doctor. Users, terminals and expiry of a medium stand in media.registered.',
  },
  triggers: ['policy', 'devices', 'agent'],
})

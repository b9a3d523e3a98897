import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck, failed, passed } from './check.ts'
import { japanDate } from './japan-time.ts'

const schema = z.object({
  policy: z.object({ id: z.string(), version: z.int(), expires: z.iso.datetime() }).nullable(),
})

export const policyCurrent = defineCheck({
  id: 'policy.current',
  schema,
  ...agentParts(schema, ['policy']),
  judge({ policy }, { now }) {
    if (policy === null) {
      return failed(
        'ポリシーを受け取っていません。組み込みの既定（記録のみ）で動いています',
        'no policy was received: the built-in default only records',
      )
    }
    const day = japanDate(new Date(policy.expires))
    const name = `${policy.id} v${policy.version}`
    const leftDays = (Date.parse(policy.expires) - now.getTime()) / 86_400_000
    if (leftDays <= 0) {
      return failed(
        `ポリシー ${name} の有効期限（${day}）が過ぎています。内容は引き続き適用しています`,
        `policy ${name} expired on ${day}; it goes on holding`,
      )
    }
    return passed(
      `ポリシー ${name} は ${day} まで有効です（残り${Math.floor(leftDays)}日）`,
      `policy ${name} is valid until ${day} (${Math.floor(leftDays)} days)`,
    )
  },
  remedy: {
    ja: '新しい版のポリシーを作成し、作成者と承認者の2名で署名して、中央から配るか、tanmori policy apply で適用してください。',
    en: 'Issue a newer version, signed by author and approver, from the center or with tanmori policy apply.',
  },
  triggers: ['policy'],
})

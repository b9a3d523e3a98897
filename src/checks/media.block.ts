import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { guardAbout, guardFacts, guardPoints } from './guard-points.ts'
import { classesWith, nameClasses } from './media-facts.ts'
import { fail, judgePoints, type Point, pass } from './points.ts'

const schema = z.object({
  ...guardFacts,
  'media-events': z.object({ bypassed: z.int() }),
})

export const mediaBlock = defineCheck({
  id: 'media.block',
  schema,
  ...agentParts(schema, [...guardAbout, 'media-events']),
  judge(facts, { policy }) {
    const closed = classesWith(policy, 'block', 'read-only')
    if (closed.length === 0) return null
    const names = nameClasses(closed)
    const points = [...guardPoints(facts, 'media.block', policy), bypassPoint(facts['media-events'].bypassed)]
    return judgePoints(points, {
      ja: `登録されていない媒体（${names.ja}）を使えない状態にしています`,
      en: `media that are not registered (${names.en}) cannot be used`,
    })
  },
  remedy: {
    ja: 'ポリシーの mode（または modes の media.block）が enforce であることを確かめてください。enforce であるのに不適合のときは、tanmori doctor で制御の状態を確認してください。使用できてしまった媒体がある場合は、証跡の media.bypassed を確認し、情報セキュリティ担当に報告してください。',
    en: 'See that the policy’s mode (or modes: media.block) is enforce. Where it is and this fails, look at the guard with tanmori doctor. Where a medium could be used although it should not, look at media.bypassed in the journal and report it.',
  },
  triggers: ['policy', 'devices', 'agent'],
})

export function bypassPoint(bypassed: number): Point {
  if (bypassed === 0) return pass('bypassed', 'すり抜けた媒体はありません', 'no medium slipped through')
  return fail(
    'bypassed',
    `止めるべき媒体が使える状態になったことが、直近30日に${bypassed}回あります`,
    `a medium that should have been refused was usable ${bypassed} times in the last 30 days`,
  )
}

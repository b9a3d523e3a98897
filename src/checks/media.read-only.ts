import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { guardAbout, guardFacts, guardPoints } from './guard-points.ts'
import { classesWith, mediaOf, nameClasses, pluggedMediaFacts } from './media-facts.ts'
import { fail, judgePoints } from './points.ts'

const schema = z.object({ ...guardFacts, devices: pluggedMediaFacts })

export const mediaReadOnly = defineCheck({
  id: 'media.read-only',
  schema,
  ...agentParts(schema, [...guardAbout, 'devices']),
  judge(facts, { policy }) {
    const classes = classesWith(policy, 'read-only')
    const registered = policy.media.registered.filter(({ access }) => access === 'read-only')
    if (classes.length === 0 && registered.length === 0) return null
    // Where read-only cannot be held the medium is closed: nothing is written, but nothing is read either.
    const unable = mediaOf(facts.devices)
      .filter(({ verdict }) => verdict.limitedBy === 'read-only-not-held')
      .map(({ key, name }) =>
        fail(
          `unable:${key}`,
          `${name} は読取専用にできない種類のため、使用を止めています`,
          `${name} cannot be held read-only on this system and is closed instead`,
        ),
      )
    const names = nameClasses(classes)
    return judgePoints([...guardPoints(facts, 'media.read-only', policy), ...unable], {
      ja: `読取専用としています（${[names.ja, registered.length === 0 ? '' : `登録媒体${registered.length}件`].filter((text) => text !== '').join('、')}）`,
      en: `held read-only: ${[names.en, registered.length === 0 ? '' : `${registered.length} registered media`].filter((text) => text !== '').join(', ')}`,
    })
  },
  remedy: {
    ja: 'ポリシーの mode（または modes の media.read-only）を enforce にし、tanmori doctor で制御の状態を確認してください。読取専用にできない種類の媒体は、block とするか、別の媒体に替えてください。',
    en: 'Set the policy’s mode (or modes: media.read-only) to enforce and look at the guard with tanmori doctor. Block the kinds of media that cannot be held read-only, or use others.',
  },
  triggers: ['policy', 'devices', 'agent'],
})

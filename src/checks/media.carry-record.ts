import { z } from 'zod'
import { sensorSchema } from '../protocol/messages.ts'
import { agentParts } from './agent-part.ts'
import { defineCheck, failed, passed, unknown } from './check.ts'

const schema = z.object({
  'media-events': z.object({
    carriedOut: z.int(),
    carriedIn: z.int(),
    carryRecord: z.object({ state: sensorSchema.shape.state, detail: sensorSchema.shape.detail }).nullable(),
  }),
})

export const mediaCarryRecord = defineCheck({
  id: 'media.carry-record',
  schema,
  ...agentParts(schema, ['media-events']),
  isAsked: ({ policy }) => policy.media.carryRecord,
  judge({ 'media-events': { carriedOut, carriedIn, carryRecord } }, { policy }) {
    if (!policy.media.carryRecord) return null
    if (carryRecord === null) {
      return unknown(
        '持出しの記録が働いているかを、エージェントから読み取れません',
        'the agent does not say whether carrying out is recorded',
      )
    }
    const detail = carryRecord.detail
    if (carryRecord.state === 'failed') {
      return failed(
        `媒体への書出しを記録できていません（${detail}）`,
        `what is written to media is not recorded (${detail})`,
      )
    }
    if (carryRecord.state === 'degraded') {
      return failed(
        `媒体への書出しを一部しか記録できていません（${detail}）`,
        `only part of what is written to media is recorded (${detail})`,
      )
    }
    return passed(
      carryRecord.state === 'off'
        ? `記録の対象となる媒体は接続されていません（直近30日の記録: 持出し${carriedOut}件、持込み${carriedIn}件）`
        : `媒体への書出しと読込みを記録しています（直近30日: 持出し${carriedOut}件、持込み${carriedIn}件）`,
      carryRecord.state === 'off'
        ? `no medium to be watched is plugged in (last 30 days: ${carriedOut} out, ${carriedIn} in)`
        : `what is written to and read from media is recorded (last 30 days: ${carriedOut} out, ${carriedIn} in)`,
    )
  },
  remedy: {
    ja: 'tanmori doctor で carry-record の状態を確認してください。ファイル数が多い媒体では記録しきれないことがあります。その場合は、持出し・持込みを申請書で補ってください。',
    en: 'Look at carry-record with tanmori doctor. Media with very many files may not be watched whole: then record what is carried on paper too.',
  },
  triggers: ['policy', 'devices', 'agent'],
})

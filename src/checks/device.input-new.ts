import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { guardFacts, sensorPoint, sensorPoints } from './guard-points.ts'
import { judgePoints } from './points.ts'

const schema = z.object({
  sensors: guardFacts.sensors,
  'media-events': z.object({ counts: z.record(z.string(), z.int()) }).transform(({ counts }) => ({
    counts: { 'device.input-new': counts['device.input-new'] ?? 0 },
  })),
})

export const deviceInputNew = defineCheck({
  id: 'device.input-new',
  schema,
  ...agentParts(schema, ['sensors', 'media-events']),
  judge({ sensors, 'media-events': { counts } }) {
    const count = counts['device.input-new'] ?? 0
    return judgePoints([...sensorPoints(sensors), sensorPoint(sensors, 'journal')], {
      ja: `新しいキーボードの接続を記録しています（直近30日: ${count}件）`,
      en: `new keyboards are recorded (${count} in the last 30 days)`,
    })
  },
  remedy: {
    ja: 'tanmori doctor で guard.uevents、guard.rescan、journal の状態を確認してください。',
    en: 'Look at guard.uevents, guard.rescan and journal with tanmori doctor.',
  },
  triggers: ['devices', 'agent'],
})

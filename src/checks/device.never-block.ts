import { z } from 'zod'
import { classNames } from '../policy/class-names.ts'
import { isNeverBlockable } from '../policy/media-class.ts'
import { agentParts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { guardFacts, sensorPoints } from './guard-points.ts'
import { pluggedMediaFacts } from './media-facts.ts'
import { fail, judgePoints } from './points.ts'

const schema = z.object({ sensors: guardFacts.sensors, devices: pluggedMediaFacts })

export const deviceNeverBlock = defineCheck({
  id: 'device.never-block',
  schema,
  ...agentParts(schema, ['sensors', 'devices']),
  judge({ sensors, devices }) {
    const functions = devices.flatMap(({ device, verdicts }) =>
      verdicts
        .filter((verdict) => isNeverBlockable(verdict.class))
        .map((verdict, index) => ({ key: `${device.key}:${index}`, name: device.product || device.key, verdict })),
    )
    const closed = functions
      .filter(({ verdict }) => verdict.access !== 'read-write')
      .map(({ key, name, verdict }) =>
        fail(
          key,
          `${name}（${classNames[verdict.class].ja}）が止められています`,
          `${name} (${classNames[verdict.class].en}) is closed`,
        ),
      )
    return judgePoints([...sensorPoints(sensors), ...closed], {
      ja: `入力機器・USBハブ・ICカードリーダー（接続中${functions.length}件）は止めていません`,
      en: `keyboards, mice, hubs and card readers (${functions.length} plugged in) are left alone`,
    })
  },
  remedy: {
    ja: 'tanmori doctor で制御の状態を確認し、開発元に連絡してください。これらの機器はポリシーでは止められません。',
    en: 'Look at the guard with tanmori doctor and report it to the makers: no policy can block these.',
  },
  triggers: ['devices', 'agent'],
})

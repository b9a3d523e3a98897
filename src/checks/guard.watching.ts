import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck, failed } from './check.ts'
import { guardFacts, sensorPoint, sensorPoints } from './guard-points.ts'
import { judgePoints } from './points.ts'

const schema = z.object({ sensors: guardFacts.sensors, 'default-deny': guardFacts['default-deny'] })

export const guardWatching = defineCheck({
  id: 'guard.watching',
  schema,
  ...agentParts(schema, ['sensors', 'default-deny']),
  judge({ sensors, 'default-deny': deny }) {
    if (!deny.isGuardEnabled) {
      return failed(
        'エージェントの設定（agent.yaml）で制御が止められています',
        'the guard is switched off in the settings (agent.yaml)',
      )
    }
    const isDenyAsked = deny.mode === 'on'
    const points = [...sensorPoints(sensors), ...(isDenyAsked ? [sensorPoint(sensors, 'guard.default-deny')] : [])]
    return judgePoints(points, { ja: '機器の接続を監視しています', en: 'devices are watched' })
  },
  remedy: {
    ja: 'tanmori doctor で原因を確認し、サービスを再起動してください（systemctl restart tanmori）。直らないときは、媒体の使用を控えるよう利用者に伝えてください。',
    en: 'Find out why with tanmori doctor and restart the service (systemctl restart tanmori). Until it works, ask the users not to plug in media.',
  },
  triggers: ['agent', 'policy'],
})

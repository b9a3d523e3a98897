import { z } from 'zod'
import type { ControlId } from '../controls/controls.ts'
import type { Policy } from '../policy/schema.ts'
import type { Mode } from '../policy/verdict.ts'
import { agentFactSchemas } from './agent-facts.ts'
import { type SensorFacts, sensorFacts } from './agent-part.ts'
import { fail, type Point, pass, untold } from './points.ts'

/** What has to be so on the terminal for a rule on devices to be more than a wish. */
export const guardFacts = {
  sensors: sensorFacts,
  'default-deny': agentFactSchemas['default-deny'],
  policy: z.object({ id: z.string(), version: z.int() }).nullable(),
} as const
export const guardAbout = ['sensors', 'default-deny', 'policy'] as const
export type GuardFacts = Readonly<{
  sensors: SensorFacts
  'default-deny': z.infer<(typeof agentFactSchemas)['default-deny']>
  policy: Readonly<{ id: string; version: number }> | null
}>

export function modeOf(policy: Policy, control: ControlId): Mode {
  return policy.modes[control] ?? policy.mode
}

/** Points of a control that the guard enforces: policy, mode, default deny and sensors. */
export function guardPoints(facts: GuardFacts, control: ControlId, policy: Policy): readonly Point[] {
  const sensors = sensorPoints(facts.sensors)
  // What follows from having no policy, or one that only observes, is not told again as faults of its own.
  if (facts.policy === null) return [policyPoint(facts), ...sensors]
  if (modeOf(policy, control) === 'observe') return [modePoint(policy, control), ...sensors]
  return [policyPoint(facts), modePoint(policy, control), denyPoint(facts), ...sensors]
}

export function policyPoint({ policy }: Pick<GuardFacts, 'policy'>): Point {
  if (policy !== null) return pass('policy', `ポリシー ${policy.id} を適用中`, `policy ${policy.id} is in force`)
  return fail(
    'policy',
    'ポリシーを受け取っていないため、組み込みの既定（記録のみ）で動いています',
    'no policy was received: the built-in default only records',
  )
}

export function modePoint(policy: Policy, control: ControlId): Point {
  if (modeOf(policy, control) === 'enforce') return pass('mode', '実施中（enforce）', 'enforced')
  return fail(
    'mode',
    'ポリシーが「記録のみ（observe）」のため、使用を止めていません',
    'the policy only observes: nothing is refused',
  )
}

/** The guard's two eyes; one that the agent does not name is not told. */
export function sensorPoints(sensors: SensorFacts): readonly Point[] {
  return ['guard.uevents', 'guard.rescan'].map((id) => sensorPoint(sensors, id))
}

export function sensorPoint(sensors: SensorFacts, id: string): Point {
  const sensor = sensors.find((one) => one.id === id)
  const key = `sensor:${id}`
  if (sensor === undefined) {
    return untold(key, { ja: `${id} の状態が分かりません`, en: `the state of ${id} is not known` })
  }
  const detail = sensor.detail === '' ? { ja: '', en: '' } : { ja: `（${sensor.detail}）`, en: ` (${sensor.detail})` }
  if (sensor.state === 'working') return pass(key, `${id} は正常です`, `${id} works`)
  return fail(
    key,
    `エージェントの ${id} が${sensorStates[sensor.state].ja}${detail.ja}`,
    `${id} of the agent ${sensorStates[sensor.state].en}${detail.en}`,
  )
}

function denyPoint({ 'default-deny': deny }: GuardFacts): Point {
  if (!deny.isGuardEnabled) {
    return fail(
      'default-deny',
      'エージェントの設定で制御が止められています',
      'the guard is switched off in the settings',
    )
  }
  if (deny.state === 'in-force') return pass('default-deny', '既定の拒否が有効です', 'the default deny is in force')
  const { ja, en } = denyStates[deny.state]
  const detail = deny.detail === '' ? { ja: '', en: '' } : { ja: `（${deny.detail}）`, en: ` (${deny.detail})` }
  if (deny.state === 'unknown') return untold('default-deny', { ja: `${ja}${detail.ja}`, en: `${en}${detail.en}` })
  return fail('default-deny', `${ja}${detail.ja}`, `${en}${detail.en}`)
}

const denyStates = {
  differs: {
    ja: '既定の拒否（許可のない機器を閉じておくOSの設定）が、求められた状態になっていません',
    en: 'the default deny of the system is not as it was asked for',
  },
  unsupported: { ja: 'この端末では既定の拒否を設定できません', en: 'this machine cannot hold the default deny' },
  off: { ja: '既定の拒否が設定されていません', en: 'the default deny is not set' },
  unknown: { ja: '既定の拒否の状態をまだ確認できていません', en: 'the default deny has not been observed yet' },
} as const

const sensorStates = {
  degraded: { ja: '一部しか働いていません', en: 'works only in part' },
  failed: { ja: '働いていません', en: 'has failed' },
  off: { ja: '止まっています', en: 'is off' },
} as const

import { z } from 'zod'
import { defineCheck, type ReadContext, type System, type SystemPart } from './check.ts'
import { dconfPlaces, moreDconf } from './dconf.ts'
import {
  findSetting,
  foundSettingSchema,
  settingPaths,
  settingPoint,
  settingReadings,
  settingsOf,
} from './declared-settings.ts'
import { judgePoints } from './points.ts'
import { known } from './raw.ts'
import { securityStateSchema, statePoints } from './security-state.ts'
import { linuxSecurityState, securityStateReadings } from './security-state-linux.ts'
import { windowsSecurityReadings, windowsSecurityState } from './security-state-windows.ts'

const schema = z.strictObject({
  system: z.enum(['linux', 'windows']),
  state: securityStateSchema,
  declared: z.array(foundSettingSchema).max(500),
})
type Facts = z.infer<typeof schema>

const linux: SystemPart<Facts> = {
  readings: (context) => ({ ...securityStateReadings, ...settingReadings(declaredFor(context, 'linux')) }),
  more: moreDconf,
  parse: (raws, context) =>
    known({
      system: 'linux',
      state: linuxSecurityState(raws),
      declared: declaredFor(context, 'linux').map((setting) => findSetting(setting, raws)),
    }),
  watch: (context) => [...settingPaths(declaredFor(context, 'linux')), ...dconfPlaces],
}

const windows: SystemPart<Facts> = {
  readings: (context) => ({ ...windowsSecurityReadings, ...settingReadings(declaredFor(context, 'windows')) }),
  parse: (raws, context) =>
    known({
      system: 'windows',
      state: windowsSecurityState(raws),
      declared: declaredFor(context, 'windows').map((setting) => findSetting(setting, raws)),
    }),
  watch: (context) => settingPaths(declaredFor(context, 'windows')),
}

export const cfgSecuritySettings = defineCheck({
  id: 'cfg.security-settings',
  schema,
  linux,
  windows,
  judge({ system, state, declared }, context) {
    const settings = settingsOf(context.policy.settings.declared, system)
    const points = [
      ...statePoints(state, context),
      ...settings.map((setting) =>
        settingPoint(
          setting,
          declared.find(({ id }) => id === setting.id),
        ),
      ),
    ]
    return judgePoints(points, {
      ja: `確認した${points.length}項目は、すべて決まりのとおりです`,
      en: `all ${points.length} settings are as declared`,
    })
  },
  remedy: {
    ja: '項目ごとに、ポリシーの settings で求めている値へ戻してください。変更が必要だった場合は、承認を受けてポリシーの側を改めます。ディスクの暗号化（LUKS、BitLocker）とセキュアブートは、再設定に時間がかかるため計画して行ってください。',
    en: 'Put each setting back to what the policy’s settings ask. Where the change was needed, have it approved and change the policy instead. Disk encryption (LUKS, BitLocker) and secure boot take planning.',
  },
  triggers: ['policy'],
})

function declaredFor({ policy }: ReadContext, system: System) {
  return settingsOf(policy.settings.declared, system)
}

import { z } from 'zod'
import type { JudgeContext } from './check.ts'
import { fail, type Point, pass, untold } from './points.ts'
import { sentenceSchema } from './result.ts'

/** `on` and `off` as the system says; `none`: it cannot have it; `unknown` with why. */
const switchSchema = z.strictObject({ state: z.enum(['on', 'off', 'none', 'unknown']), why: sentenceSchema.nullable() })
export type Switch = z.infer<typeof switchSchema>

export const securityStateSchema = z.strictObject({
  volumes: z.array(z.strictObject({ name: z.string(), isEncrypted: z.boolean() })).nullable(),
  whyNoVolumes: sentenceSchema.nullable(),
  secureBoot: switchSchema,
  /** Whether something is opened or run by itself when a medium is plugged in. */
  autorun: switchSchema,
  remoteDesktop: switchSchema,
})
export type SecurityState = z.infer<typeof securityStateSchema>

export function turned(isOn: boolean): Switch {
  return { state: isOn ? 'on' : 'off', why: null }
}

export function notTold(why: z.infer<typeof sentenceSchema>): Switch {
  return { state: 'unknown', why }
}

export function statePoints(state: SecurityState, { policy: { settings } }: JudgeContext): readonly Point[] {
  return [
    ...(settings.diskEncryption ? volumePoints(state) : []),
    ...(settings.secureBoot ? [secureBootPoint(state.secureBoot)] : []),
    ...(settings.autorun === 'off' ? [offPoint('autorun', state.autorun, texts.autorun)] : []),
    ...(settings.remoteDesktop === 'off' ? [offPoint('remote-desktop', state.remoteDesktop, texts.remoteDesktop)] : []),
  ]
}

function volumePoints({ volumes, whyNoVolumes }: SecurityState): readonly Point[] {
  if (volumes === null || volumes.length === 0) {
    const why = whyNoVolumes ?? { ja: '内蔵ディスクが見つかりません', en: 'no fixed volume was found' }
    return [
      untold('encryption', {
        ja: `ディスクの暗号化を確認できません（${why.ja}）`,
        en: `disk encryption cannot be told (${why.en})`,
      }),
    ]
  }
  return volumes.map(({ name, isEncrypted }) =>
    isEncrypted
      ? pass(`encryption:${name}`, `${name} は暗号化されています`, `${name} is encrypted`)
      : fail(
          `encryption:${name}`,
          `内蔵ディスクの ${name} が暗号化されていません`,
          `${name} on the fixed disk is not encrypted`,
        ),
  )
}

function secureBootPoint({ state, why }: Switch): Point {
  if (state === 'on') return pass('secure-boot', 'セキュアブートは有効です', 'secure boot is on')
  if (state === 'off') return fail('secure-boot', 'セキュアブートが無効です', 'secure boot is off')
  if (state === 'none') {
    return fail(
      'secure-boot',
      'UEFI で起動していないため、セキュアブートが使えません',
      'not started by UEFI: there is no secure boot',
    )
  }
  return untold('secure-boot', explained('セキュアブートの状態を確認できません', 'secure boot cannot be told', why))
}

type Words = Readonly<{ on: Switch['why']; off: Switch['why']; unknown: Switch['why'] }>

function offPoint(key: string, { state, why }: Switch, words: Words): Point {
  if (state === 'on') return fail(key, words.on?.ja ?? '', words.on?.en ?? '')
  if (state === 'unknown') return untold(key, explained(words.unknown?.ja ?? '', words.unknown?.en ?? '', why))
  return pass(key, words.off?.ja ?? '', words.off?.en ?? '')
}

function explained(ja: string, en: string, why: Switch['why']) {
  return { ja: why === null ? ja : `${ja}（${why.ja}）`, en: why === null ? en : `${en} (${why.en})` }
}

const texts = {
  autorun: {
    on: {
      ja: '媒体を差し込むと自動で実行・再生される設定です',
      en: 'media are opened or run by themselves when plugged in',
    },
    off: { ja: '自動実行は止めてあります', en: 'autorun is off' },
    unknown: { ja: '自動実行の設定を確認できません', en: 'autorun cannot be told' },
  },
  remoteDesktop: {
    on: { ja: 'リモートデスクトップの接続を受け付けています', en: 'remote desktop connections are taken' },
    off: { ja: 'リモートデスクトップは止めてあります', en: 'remote desktop is off' },
    unknown: { ja: 'リモートデスクトップの設定を確認できません', en: 'remote desktop cannot be told' },
  },
} as const

import { z } from 'zod'
import type { DeclaredSetting } from '../policy/sections/posture.ts'
import type { System } from './check.ts'
import { fail, type Point, pass, untold } from './points.ts'
import { explainFailure, isMissing, keysOf, rawOf, textOf } from './raw.ts'
import type { Raws, Reading, Readings } from './reading.ts'
import { sentenceSchema } from './result.ts'

/** What was found: `value` null where there is none (no such line, key or file); `why` where it could not be told. */
export const foundSettingSchema = z.strictObject({
  id: z.string(),
  isThere: z.boolean(),
  value: z.string().max(1000).nullable(),
  why: sentenceSchema.nullable(),
})
export type FoundSetting = z.infer<typeof foundSettingSchema>

/** Settings of the other system are none of this terminal's. */
export function settingsOf(declared: readonly DeclaredSetting[], system: System): readonly DeclaredSetting[] {
  return declared.filter((setting) => {
    if (setting.kind === 'kernel') return system === 'linux'
    if (setting.kind === 'registry') return system === 'windows'
    return (setting.path.startsWith('/') ? 'linux' : 'windows') === system
  })
}

export function settingReadings(settings: readonly DeclaredSetting[]): Readings {
  return Object.fromEntries(settings.map((setting) => [`setting:${setting.id}`, readingOf(setting)] as const))
}

export function settingPaths(settings: readonly DeclaredSetting[]): readonly string[] {
  return settings.flatMap((setting) => ('path' in setting ? [setting.path] : []))
}

export function findSetting(setting: DeclaredSetting, raws: Raws): FoundSetting {
  const name = `setting:${setting.id}`
  const { id } = setting
  if (isMissing(raws, name)) return { id, isThere: false, value: null, why: null }
  if (setting.kind === 'absent') {
    const isThere = rawOf(raws, name, 'file') !== null
    return { id, isThere, value: null, why: isThere ? null : explainFailure(raws, name) }
  }
  if (setting.kind === 'registry') return findValue(setting, raws, name)
  const text = textOf(raws, name)
  if (text === null) return { id, isThere: false, value: null, why: explainFailure(raws, name) }
  return { id, isThere: true, value: valueIn(setting, text)?.slice(0, 1000) ?? null, why: null }
}

export function settingPoint(setting: DeclaredSetting, found: FoundSetting | undefined): Point {
  const key = `setting:${setting.id}`
  const { label } = setting
  if (found === undefined) {
    return untold(key, { ja: `${label} はまだ確認していません`, en: `${label} was not looked at yet` })
  }
  if (found.why !== null) {
    return untold(key, {
      ja: `${label} を確認できません（${found.why.ja}）`,
      en: `${label} cannot be told (${found.why.en})`,
    })
  }
  if (setting.kind === 'absent') {
    if (!found.isThere) return pass(key, `${label} はありません`, `${label} is not there`)
    return fail(key, `${label}: ${setting.path} があってはいけません`, `${label}: ${setting.path} must not be there`)
  }
  return valuePoint(key, setting, found)
}

function valuePoint(key: string, setting: Exclude<DeclaredSetting, { kind: 'absent' }>, found: FoundSetting): Point {
  const { label } = setting
  const where = placeOf(setting)
  const wanted = setting.kind === 'file' ? setting.sha256 : String(setting.value)
  if (found.value === wanted) return pass(key, `${label} は決まりのとおりです`, `${label} is as declared`)
  if (!found.isThere) return fail(key, `${label}: ${where} がありません`, `${label}: ${where} is not there`)
  if (setting.kind === 'file') {
    return fail(key, `${label}: ${where} の内容が変わっています`, `${label}: ${where} was changed`)
  }
  if (found.value === null) {
    return fail(
      key,
      `${label}: ${where} の設定がありません（決まり: ${wanted}）`,
      `${label}: ${where} is not set (declared: ${wanted})`,
    )
  }
  return fail(
    key,
    `${label}: ${where} が「${found.value}」になっています（決まり: ${wanted}）`,
    `${label}: ${where} is “${found.value}” (declared: ${wanted})`,
  )
}

function placeOf(setting: Exclude<DeclaredSetting, { kind: 'absent' }>): string {
  if (setting.kind === 'file') return setting.path
  if (setting.kind === 'line') return `${setting.path}: ${setting.key}`
  return setting.kind === 'kernel' ? setting.key : `${setting.key}\\${setting.name}`
}

function readingOf(setting: DeclaredSetting): Reading {
  switch (setting.kind) {
    case 'file':
      return { kind: 'file', path: setting.path, as: 'sha256' }
    case 'line':
      return { kind: 'file', path: setting.path }
    case 'absent':
      return { kind: 'file', path: setting.path, as: 'state' }
    case 'kernel':
      return { kind: 'file', path: `/proc/sys/${setting.key.replaceAll('.', '/')}` }
    case 'registry':
      return { kind: 'registry', key: setting.key, depth: 0 }
    default:
      return setting satisfies never
  }
}

function valueIn(setting: Extract<DeclaredSetting, { kind: 'file' | 'line' | 'kernel' }>, text: string): string | null {
  if (setting.kind === 'file') return text.trim().toLowerCase()
  // A kernel value of several numbers has tabs between them.
  if (setting.kind === 'kernel') return text.trim().replaceAll(/\s+/g, ' ')
  return lineValue(text, setting.key)
}

/** The last line that begins with the key, `key value`, `key = value` or `key: value`; comments do not count. */
export function lineValue(text: string, key: string): string | null {
  const values = text.split(/\r?\n/).flatMap((line) => {
    const rest = line.trimStart()
    if (!rest.toLowerCase().startsWith(key.toLowerCase())) return []
    const match = /^(?:\s*[=:]\s*|\s+|$)(.*)$/.exec(rest.slice(key.length))
    return match === null ? [] : [(match[1] ?? '').trim().replace(/^"(.*)"$/, '$1')]
  })
  return values.at(-1) ?? null
}

function findValue(setting: Extract<DeclaredSetting, { kind: 'registry' }>, raws: Raws, name: string): FoundSetting {
  const { id } = setting
  const keys = keysOf(raws, name)
  if (keys === null) return { id, isThere: false, value: null, why: explainFailure(raws, name) }
  const values = keys[0]?.values ?? {}
  // Names of values ignore case.
  const found = Object.entries(values).find(([one]) => one.toLowerCase() === setting.name.toLowerCase())?.[1]
  return { id, isThere: keys.length > 0, value: found === undefined ? null : String(found), why: null }
}

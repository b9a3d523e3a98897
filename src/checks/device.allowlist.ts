import { z } from 'zod'
import { classNames } from '../policy/class-names.ts'
import { accesses, deviceClasses } from '../policy/device.ts'
import type { PluggedDevice } from '../protocol/messages.ts'
import { agentFactOf } from './agent-facts.ts'
import { defineCheck, passed } from './check.ts'
import { fail, judgePoints, type Point, pass, untold } from './points.ts'
import { explainFailure, known, unreadable } from './raw.ts'
import type { Parsed, Raws } from './reading.ts'
import type { Sentence } from './result.ts'

const functionSchema = z.object({
  class: z.enum(deviceClasses),
  access: z.enum(accesses),
  wouldBe: z.enum(accesses),
  mode: z.enum(['observe', 'enforce']),
  ruleId: z.string(),
  /** What the guard saw of it: `open, driver usb-storage, sdb rw`; null: the part of it was cut off. */
  observed: z.string().nullable(),
})
const pluggedSchema = z.object({
  key: z.string(),
  name: z.string(),
  id: z.string(),
  serial: z.string().nullable(),
  functions: z.array(functionSchema).readonly(),
})
type Plugged = z.infer<typeof pluggedSchema>
type PluggedFunction = z.infer<typeof functionSchema>
const schema = z.object({ devices: z.array(pluggedSchema).readonly() })

const part = { readings: () => ({ devices: { kind: 'agent', about: 'devices' } as const }), parse: parseDevices }

/** What is plugged in now, by the guard's own eyes: nothing that the rules refuse may be usable. */
export const deviceAllowlist = defineCheck({
  id: 'device.allowlist',
  schema,
  linux: part,
  windows: part,
  triggers: ['devices', 'policy', 'agent'],
  judge({ devices }) {
    const points = devices.flatMap((device) => pointsOf(device))
    const count = devices.length
    if (points.length === 0) return passed('接続中の機器はありません', 'no device is plugged in')
    return judgePoints(points, {
      ja: `接続中の機器${count}台に、規則に反して使えるものはありません`,
      en: `none of the ${count} devices plugged in is usable against the rules`,
    })
  },
  remedy: {
    ja: '使用を認めていない機器を取り外してください。業務で必要な機器であれば、登録又は期限付きの許可を申請し、ポリシーの devices.allowed（媒体は media.registered）に登録します。「記録のみ」の指摘は、ポリシーを enforce にすると使えなくなる機器です。切替えの前に登録してください。',
    en: 'Take the device away. Where the work needs it, apply for its registration or a grant and enter it in devices.allowed (media: media.registered). What is marked “only recorded” will stop working once the policy is `enforce`: register it first.',
  },
})

function parseDevices(raws: Raws): Parsed<z.infer<typeof schema>> {
  const fact = agentFactOf(raws, 'devices', 'devices')
  return fact === null ? unreadable(untoldBecause(raws)) : known({ devices: fact.value.map(factOf) })
}

/** A check without a running agent has no guard to ask. */
function untoldBecause(raws: Raws): Sentence {
  const { ja, en } = explainFailure(raws, 'devices')
  return {
    ja: `接続中の機器の一覧を、動作中のエージェントから得られません（${ja}）`,
    en: `the running agent does not tell what is plugged in (${en})`,
  }
}

function factOf({ device, verdicts, observed }: PluggedDevice): Plugged {
  const parts = observed.split('; ')
  const isWhole = parts.length === verdicts.length
  return {
    key: device.key,
    name: [device.vendor, device.product].filter((text) => text !== '').join(' '),
    id: device.vendorId === undefined ? device.bus : `${device.vendorId}:${device.productId ?? ''}`,
    serial: device.serial,
    functions: verdicts.map(({ class: name, access, wouldBe, mode, ruleId }, index) => ({
      class: name,
      access,
      wouldBe,
      mode,
      ruleId,
      observed: isWhole ? (parts[index] ?? null) : null,
    })),
  }
}

/** One finding for each class of a device: a headset's four audio functions are one thing to whoever unplugs it. */
function pointsOf(device: Plugged): readonly Point[] {
  const points = device.functions.map((fn) => pointOf(device, fn))
  const worst = (key: string) =>
    points.find((point) => point.key === key && point.outcome === 'fail') ??
    points.find((point) => point.key === key && point.outcome === 'unknown') ??
    points.find((point) => point.key === key)
  return [...new Set(points.map(({ key }) => key))].flatMap((key) => worst(key) ?? [])
}

function pointOf(device: Plugged, { class: name, access, wouldBe, mode, ruleId, observed }: PluggedFunction): Point {
  const key = `${device.id}:${device.serial ?? device.key}:${name}`
  const label = labelOf(device)
  const { ja, en } = classNames[name]
  const rule = { ja: `（規則 ${ruleId}）`, en: ` (rule ${ruleId})` }
  if (mode === 'observe' && wouldBe === 'block') {
    return fail(
      key,
      `使用を認めていない${ja}が接続され、使える状態です（記録のみ）: ${label.ja}${rule.ja}`,
      `a ${en} that the rules refuse is plugged in and usable (only recorded): ${label.en}${rule.en}`,
    )
  }
  if (access === 'read-write') return pass(key, `${label.ja}: 規則のとおりです`, `${label.en}: as the rules say`)
  if (observed === null) {
    return untold(key, {
      ja: `${ja}が規則のとおりに止められているか確認できません: ${label.ja}`,
      en: `whether a ${en} is held as the rules say cannot be told: ${label.en}`,
    })
  }
  if (access === 'block' && isUsable(observed)) {
    return fail(
      key,
      `使用を認めていない${ja}が、止められずに使える状態です: ${label.ja}${rule.ja}`,
      `a ${en} that the rules refuse was not stopped and is usable: ${label.en}${rule.en}`,
    )
  }
  if (access === 'read-only' && isWritable(observed)) {
    return fail(
      key,
      `読み取り専用とすべき${ja}に書き込める状態です: ${label.ja}${rule.ja}`,
      `a ${en} that may only be read can be written to: ${label.en}${rule.en}`,
    )
  }
  return pass(key, `${label.ja}: 規則のとおりです`, `${label.en}: as the rules say`)
}

/** `gone` and `closed` functions without a block node are out of reach. */
function isUsable(observed: string): boolean {
  return observed.startsWith('open,') || !observed.includes('no block node')
}

function isWritable(observed: string): boolean {
  return / rw\b/.test(observed)
}

function labelOf({ name, id, serial }: Plugged): Sentence {
  const shown = name === '' ? id : `${name} ${id}`
  return serial === null
    ? { ja: `${shown}、製造番号なし`, en: `${shown}, no serial` }
    : { ja: `${shown}、製造番号 ${serial}`, en: `${shown}, serial ${serial}` }
}

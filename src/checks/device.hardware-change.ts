import { defineCheck, type JudgeContext, type Judgement, passed, unknown } from './check.ts'
import { findChanges, type HardwareChange } from './hardware-difference.ts'
import { type Hardware, type HardwareKind, type HardwarePart, hardwareSchema } from './hardware-part.ts'
import { formatPart, kindNames } from './hardware-words.ts'
import { linuxHardwareMore, linuxHardwareReadings, parseLinuxHardware } from './linux-hardware.ts'
import { fail, judgePoints, type Point, untold } from './points.ts'
import { parseWindowsHardware, windowsHardwareReadings } from './windows-hardware.ts'

/** Parts of the machine against those that were accepted. */
export const deviceHardwareChange = defineCheck({
  id: 'device.hardware-change',
  schema: hardwareSchema,
  baseline: 'first-facts',
  triggers: ['devices', 'network'],
  linux: { readings: () => linuxHardwareReadings, more: linuxHardwareMore, parse: parseLinuxHardware },
  windows: { readings: () => windowsHardwareReadings, parse: parseWindowsHardware },
  judge: judgeHardware,
  remedy: {
    ja: '機器の増設・交換・取外しが申請と承認に基づくものかを、機器管理台帳と照らして確認してください。承認されたものであれば、台帳を更新し、新しい構成を基準として承認します。心当たりがなければ、部品の抜取りや不正な機器の取付けとして情報セキュリティ担当に連絡し、増えた機器を取り外してください。',
    en: 'See in the ledger whether the part was added, exchanged or taken out with an approved application. If so, update the ledger and accept the new reading as the baseline. If nobody knows of it, tell the information security officer (a stolen part, or one put in to spy) and take out what was added.',
  },
})

function judgeHardware(facts: Hardware, { policy, baseline }: JudgeContext): Judgement | null {
  const watched = policy.devices.hardwareWatched
  if (watched.length === 0) return null
  const points = facts.unread.filter(({ kind }) => watched.includes(kind)).map(unreadPoint)
  if (baseline === null) {
    if (points.length > 0) return judgePoints(points, { ja: '', en: '' })
    return passed(
      `現在の構成（部品${facts.parts.length}点）を基準として記録しました`,
      `the ${facts.parts.length} parts that are there now were recorded as the baseline`,
    )
  }
  const accepted = hardwareSchema.safeParse(baseline)
  if (!accepted.success) {
    return unknown(
      '基準として記録された機器構成を読み取れません。現在の構成を基準として承認し直してください',
      'the accepted hardware cannot be made out: accept the reading of now as the baseline',
    )
  }
  points.push(...watched.flatMap((kind) => changesOf(kind, accepted.data, facts)))
  const count = facts.parts.filter(({ kind }) => watched.includes(kind)).length
  return judgePoints(points.length > 0 ? points : [{ key: 'same', outcome: 'pass', text: { ja: '', en: '' } }], {
    ja: `機器構成（部品${count}点）は、基準から変わっていません`,
    en: `the hardware (${count} parts) is as it was accepted`,
  })
}

function unreadPoint({ kind, reason }: Hardware['unread'][number]): Point {
  const { ja, en } = kindNames[kind]
  return untold(`unread:${kind}`, {
    ja: `${ja}の構成を読み取れません（${reason.ja}）`,
    en: `the ${en} cannot be read (${reason.en})`,
  })
}

/** A kind that could not be read once is not compared: what was not seen is not gone. */
function changesOf(kind: HardwareKind, before: Hardware, after: Hardware): readonly Point[] {
  if ([...before.unread, ...after.unread].some((one) => one.kind === kind)) return []
  const ofKind = ({ parts }: Hardware) => parts.filter((part) => part.kind === kind)
  return findChanges(ofKind(before), ofKind(after)).map((change) => pointOf(kind, change, after.isStarting))
}

function pointOf(kind: HardwareKind, change: HardwareChange, isStarting: boolean): Point {
  const { ja, en } = kindNames[kind]
  switch (change.change) {
    case 'added': {
      const part = formatPart(change.after)
      return fail(keyOf('added', change.after), `${ja}が増えました: ${part.ja}`, `${en} added: ${part.en}`)
    }
    case 'removed': {
      const part = formatPart(change.before)
      if (isStarting) {
        return untold(keyOf('removed', change.before), {
          ja: `起動直後のため、${ja}がなくなったのか、まだ認識されていないのか分かりません: ${part.ja}`,
          en: `the system has just started: whether this ${en} is gone or not found yet cannot be told: ${part.en}`,
        })
      }
      return fail(keyOf('removed', change.before), `${ja}がなくなりました: ${part.ja}`, `${en} removed: ${part.en}`)
    }
    case 'swapped': {
      const [before, after] = [formatPart(change.before), formatPart(change.after)]
      return fail(
        keyOf('swapped', change.after),
        `${ja}が交換されました: ${before.ja} → ${after.ja}`,
        `${en} exchanged: ${before.en} → ${after.en}`,
      )
    }
    default:
      return change satisfies never
  }
}

function keyOf(change: HardwareChange['change'], { kind, slot, maker, model, serial, bytes }: HardwarePart): string {
  const identity = serial !== '' ? serial : [slot, maker, model, bytes === 0 ? '' : bytes].join('|')
  return `${kind}:${change}:${identity}`
}

import { mediaClasses } from './media-class.ts'
import type { Policy, RegisteredMedium } from './schema.ts'

/** Something that is allowed and yet worth a second look before signing. */
export type Advice = Readonly<{ code: string; key: string; text: Readonly<{ ja: string; en: string }> }>

const soonDays = 30

export function adviseOnPolicy(policy: Policy, now: Date): Advice[] {
  return [
    ...adviseOnPeriod(policy, now),
    ...adviseOnClasses(policy),
    ...policy.media.registered.flatMap(adviseOnMedium),
  ]
}

function adviseOnPeriod({ expires }: Policy, now: Date): Advice[] {
  const leftDays = (Date.parse(expires) - now.getTime()) / 86_400_000
  if (leftDays >= soonDays) return []
  const text =
    leftDays <= 0
      ? {
          ja: `期限（${expires}）を過ぎているため、端末は受け付けません。`,
          en: `expired at ${expires}: no terminal takes it`,
        }
      : { ja: `期限（${expires}）まで30日を切っています。`, en: `expires within ${soonDays} days (${expires})` }
  return [{ code: leftDays <= 0 ? 'expired' : 'expires-soon', key: 'expires', text }]
}

function adviseOnClasses({ appliesTo, media }: Policy): Advice[] {
  if (!appliesTo.zones.includes('mynumber')) return []
  return mediaClasses
    .filter((name) => media.classes[name] !== 'block')
    .map((name) => ({
      code: 'open-class',
      key: `media.classes.${name}`,
      text: {
        ja: 'マイナンバー利用事務系で、登録のない媒体を認めています。',
        en: 'admits unregistered media on the My Number zone',
      },
    }))
}

function adviseOnMedium({ match, until }: RegisteredMedium, index: number): Advice[] {
  const key = `media.registered[${index}]`
  const { serial, vendorId, productId } = match
  const isSerialOnly = serial !== undefined && (vendorId === undefined || productId === undefined)
  return [
    ...(isSerialOnly ? [{ code: 'serial-only', key: `${key}.match`, text: serialOnly }] : []),
    ...(serial !== undefined && looksMadeUp(serial)
      ? [{ code: 'weak-serial', key: `${key}.match.serial`, text: weakSerial }]
      : []),
    ...(until === undefined ? [{ code: 'no-end', key: `${key}.until`, text: noEnd }] : []),
  ]
}

const serialOnly = {
  ja: 'vendorId・productId がないため、他社製品の同じ製造番号にも当てはまります。',
  en: 'without vendorId and productId the same serial of another product fits too',
}
const weakSerial = {
  ja: '製造番号が一つ一つ異ならない製品の疑いがあります。volume の併記を検討してください。',
  en: 'looks like a serial that a whole batch shares; consider a volume beside it',
}
const noEnd = {
  ja: '使用期限（until）がありません。年度末までとする例が一般的です。',
  en: 'has no end; the end of the fiscal year is customary',
}

/** One character repeated, counting digits, or hardly any characters: the serials that makers share between units. */
function looksMadeUp(serial: string): boolean {
  if (serial.length < 4 || /^(.)\1*$/.test(serial)) return true
  return '0123456789ABCDEF0123456789'.includes(serial.toUpperCase()) || /^0*1?2?3?4?5?6?7?8?9?0?$/.test(serial)
}

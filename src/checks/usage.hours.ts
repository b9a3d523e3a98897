import { z } from 'zod'
import { defineCheck, passed, type SystemPart, unknown } from './check.ts'
import { inJapan } from './japan-time.ts'
import { fail, judgePoints } from './points.ts'
import { explainFailure, known, outputOf, unreadable } from './raw.ts'
import { signInReadings, signInsOf } from './sign-ins.ts'
import { auditReading, auditsLogon, explainAudit } from './windows-audit.ts'
import { logonReading, parseLogons } from './windows-events.ts'

const schema = z.strictObject({
  signIns: z.array(z.strictObject({ user: z.string(), at: z.iso.datetime(), from: z.string() })).max(2000),
})
type Facts = z.infer<typeof schema>

/** What is looked back on; older sign-ins are in the journal already. */
const windowDays = 30
const maxKept = 2000

const linux: SystemPart<Facts> = {
  readings: () => signInReadings,
  parse(raws) {
    const found = signInsOf(raws)
    if (found === null) return unreadable(explainFailure(raws, 'last'))
    return known({ signIns: found.signIns.slice(0, maxKept) })
  },
}

const windows: SystemPart<Facts> = {
  readings: () => ({ logons: logonReading, audit: auditReading }),
  parse(raws) {
    const output = outputOf(raws, 'logons')
    if (output === null) return unreadable(explainFailure(raws, 'logons'))
    const gap = auditsLogon(raws, 'audit', 'Success') === false ? explainAudit(raws, 'audit', 'Success') : null
    if (gap !== null) return unreadable(gap)
    return known({ signIns: [...parseLogons(output).slice(0, maxKept)] })
  },
}

export const usageHours = defineCheck({
  id: 'usage.hours',
  schema,
  linux,
  windows,
  isAsked: ({ policy }) => policy.hours.days.length > 0,
  judge({ signIns }, { policy: { hours }, now }) {
    if (hours.days.length === 0) return null
    if (signIns.length === 0) {
      return unknown(
        'サインインの記録が1件も残っていません（記録が働いていないおそれがあります）',
        'not one sign-in is on record: recording may not work',
      )
    }
    const oldestMs = now.getTime() - windowDays * 86_400_000
    const recent = signIns.filter(({ at }) => Date.parse(at) >= oldestMs)
    const outside = oncePerMinute(recent.filter(({ at }) => !isWorkingTime(new Date(at), hours)))
    if (outside.length === 0) {
      return passed(
        `直近${windowDays}日に、運用時間（${hours.from}〜${hours.to}）の外のサインインはありません`,
        `no sign-in outside working hours (${hours.from} to ${hours.to}) in the last ${windowDays} days`,
      )
    }
    const points = outside.map(({ user, at, from }) => {
      const { date, time } = inJapan(new Date(at))
      const place = from === '' ? '' : `（${from}）`
      return fail(
        `${user} ${at.slice(0, 16)}`,
        `${date} ${time} に ${user} がサインインしました${place}`,
        `${user} signed in at ${date} ${time}, Japan time${from === '' ? '' : ` (${from})`}`,
      )
    })
    return judgePoints(points, { ja: '', en: '' })
  },
  remedy: {
    ja: '時間外の使用について、本人と所属長に業務上の必要を確認し、記録に残してください。この対策は記録だけで、使用を止めません。',
    en: 'Ask the person and their superior whether it was needed and keep the answer. This control records; it prevents nothing.',
  },
  triggers: ['sessions', 'policy'],
})

/** Windows writes one sign-in of an administrator twice, once for each of its two tokens. */
function oncePerMinute(signIns: Facts['signIns']): Facts['signIns'] {
  return [...new Map(signIns.map((one) => [`${one.user} ${one.at.slice(0, 16)}`, one] as const)).values()]
}

type Hours = Readonly<{ days: readonly string[]; from: string; to: string }>

/** `to` before `from` goes over midnight: those hours count to the day that they began on. */
export function isWorkingTime(instant: Date, { days, from, to }: Hours): boolean {
  const here = inJapan(instant)
  if (from <= to) return days.includes(here.weekday) && here.time >= from && here.time < to
  if (here.time >= from) return days.includes(here.weekday)
  const before = inJapan(new Date(instant.getTime() - 86_400_000))
  return here.time < to && days.includes(before.weekday)
}

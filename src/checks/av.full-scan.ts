import { valueForZone } from '../policy/sections/fields.ts'
import { defineCheck, failed, type JudgeContext, type Judgement, passed, unknown } from './check.ts'
import { linuxScans } from './clamav-scans.ts'
import { dayOf, daysBetween } from './day.ts'
import { listNames } from './item.ts'
import { nameProducts, type ScanFacts, scanFactsSchema } from './scans.ts'
import { windowsScans } from './windows-scans.ts'

export const avFullScan = defineCheck({
  id: 'av.full-scan',
  schema: scanFactsSchema,
  linux: linuxScans,
  windows: windowsScans,
  judge: judgeFullScan,
  remedy: {
    ja: '端末全体の検査を実行し、定期的に実行されるようにしてください。Linux の ClamAV では、clamscan --recursive --log=/var/log/clamav/fullscan.log / を cron などで定期的に実行すると、その記録で確認できます。',
    en: 'Scan the whole terminal, and have it done regularly. For ClamAV: run `clamscan --recursive --log=/var/log/clamav/fullscan.log /` from cron; its log is what this check reads.',
  },
})

export function judgeFullScan(facts: ScanFacts, { policy, zone, now }: JudgeContext): Judgement | null {
  if (!policy.antivirus.required) return null
  const maxDays = valueForZone(policy.antivirus.fullScanMaxAgeDays, zone)
  const age = facts.fullAt === null ? null : daysBetween(facts.fullAt, now)
  if (facts.fullAt !== null && age !== null && age < -1) return fromTheFuture(facts.fullAt)
  if (facts.fullAt !== null && age !== null && age <= maxDays) return recent(facts, facts.fullAt, maxDays)
  if (facts.otherAt !== null && daysBetween(facts.otherAt, now) <= maxDays) return extentUnknown(facts.otherAt)
  if (facts.fullAt !== null && age !== null) return tooOld(facts, facts.fullAt, age, maxDays)
  if (facts.isNever) return never(facts)
  return untold(facts)
}

function recent(facts: ScanFacts, at: string, maxDays: number): Judgement {
  const { ja, en } = nameProducts(facts)
  return passed(
    `${ja} による端末全体の検査は ${dayOf(at)} に完了しています（許容${maxDays}日）`,
    `The whole terminal was scanned by ${en} on ${dayOf(at)}; ${maxDays} days allowed`,
  )
}

function tooOld(facts: ScanFacts, at: string, age: number, maxDays: number): Judgement {
  const { ja, en } = nameProducts(facts)
  return failed(
    `${ja} による端末全体の検査は ${dayOf(at)} が最後で、${age}日前です（許容${maxDays}日）`,
    `The last scan of the whole terminal by ${en} was on ${dayOf(at)}, ${age} days ago; ${maxDays} allowed`,
  )
}

function fromTheFuture(at: string): Judgement {
  return unknown(
    `最後の全体検査の日付（${dayOf(at)}）が未来です。端末の時計を確認してください`,
    `The last full scan is dated in the future (${dayOf(at)}): look at the clock`,
  )
}

function extentUnknown(at: string): Judgement {
  return unknown(
    `${dayOf(at)} に検査の記録がありますが、端末全体を検査したかどうかを記録から確かめられません`,
    `There was a scan on ${dayOf(at)}, but its record does not show that it went through the whole terminal`,
  )
}

function never(facts: ScanFacts): Judgement {
  const { ja, en } = nameProducts(facts)
  return failed(
    `${ja} による端末全体の検査の記録も、定期実行の設定もありません`,
    `No scan of the whole terminal by ${en} is on record, and none is scheduled`,
  )
}

function untold({ scheduledBy }: ScanFacts): Judgement {
  if (scheduledBy === null || scheduledBy.length === 0) {
    return unknown(
      '全体検査の記録を読み取れる製品がありません',
      'No product is there of which a record of full scans can be read',
    )
  }
  const names = listNames(scheduledBy)
  return unknown(
    `定期検査の設定（${names.ja}）はありますが、検査の記録が見つかりません`,
    `A scan is scheduled (${names.en}), but no record of one is found`,
  )
}

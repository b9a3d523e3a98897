import { defineCheck, failed, type JudgeContext, type Judgement, passed, unknown } from './check.ts'
import { linuxDetections } from './clamav-detections.ts'
import { daysBetween, minuteOf } from './day.ts'
import { windowsDetections } from './defender-detections.ts'
import { type Detection, type DetectionFacts, detectionFactsSchema } from './detections.ts'
import { item, listNames } from './item.ts'
import type { Item } from './result.ts'

export const avDetection = defineCheck({
  id: 'av.detection',
  schema: detectionFactsSchema,
  linux: linuxDetections,
  windows: windowsDetections,
  judge: judgeDetections,
  remedy: {
    ja: '検出されたときは、LANケーブルを抜くか無線を切り、電源は切らずに情報セキュリティ担当へ連絡してください。ファイルを開いたり消したりせず、担当者の指示を待ちます。担当者は検出されたファイルと検出の記録を保全し、入った経路を確認したうえで隔離または削除し、端末全体を検査します。検出の記録を読み取れないときは、製品が動作しているか、ログの場所が /var/log/clamav（または clamd.conf の LogFile）かを確認します。',
    en: 'Where malware was found: unplug the network, leave the power on, and call the information security officer. Do not open or delete the file. The officer keeps the file and the record, finds where it came from, removes it and scans the whole terminal. Where detections cannot be read: see whether the product runs and logs to /var/log/clamav (or to LogFile of clamd.conf).',
  },
})

export function judgeDetections(facts: DetectionFacts, { policy, now }: JudgeContext): Judgement | null {
  if (!policy.antivirus.required) return null
  const open = facts.detections.filter((one) => isOpen(one, policy.antivirus.detectionOpenDays, now))
  if (open.length > 0) return found(open)
  const { ja, en } = listNames(facts.unread)
  if (facts.unread.length > 0) {
    return unknown(`${ja} の検出の記録を読み取る方法がありません`, `What ${en} detected cannot be read`)
  }
  if (facts.read.length === 0) {
    return unknown('検出の記録を読み取れる製品がありません', 'There is no product of which detections can be read')
  }
  const names = listNames(facts.read)
  return passed(
    `${names.ja} の記録に、対応の済んでいない検出はありません（過去の検出 ${facts.detections.length}件）`,
    `${names.en} has no open detection on record (${facts.detections.length} past ones)`,
  )
}

/** A clock that stood wrong dates a detection wrongly: one from the future is open too. */
function isOpen({ state, at }: Detection, openDays: number, now: Date): boolean {
  if (state !== 'handled' || at === null) return true
  return daysBetween(at, now) < openDays
}

function found(open: readonly Detection[]): Judgement {
  const present = open.filter(({ state }) => state !== 'handled').length
  const ja = present > 0 ? `${present}件は除去されたことを確認できません` : 'いずれも現在は残っていません'
  const en = present > 0 ? `${present} not known to be gone` : 'none of them is there any more'
  return failed(
    `不正プログラムを${open.length}件検出しました（${ja}）`,
    `Malware was found: ${open.length} (${en})`,
    open.map(describe),
  )
}

function describe({ at, malware, place, state }: Detection): Item {
  const when = at === null ? { ja: '日時不明', en: 'time unknown' } : { ja: minuteOf(at), en: `${minuteOf(at)} JST` }
  const { ja, en } = states[state]
  return item(
    `${malware} ${place}`,
    `${when.ja} ${malware}: ${place}（${ja}）`,
    `${when.en} ${malware}: ${place} (${en})`,
  )
}

const states = {
  present: { ja: 'まだ残っています', en: 'still there' },
  handled: { ja: '現在は残っていません', en: 'no longer there' },
  unknown: { ja: '残っているかどうか確認できません', en: 'whether it is still there cannot be told' },
} as const satisfies Record<Detection['state'], Readonly<{ ja: string; en: string }>>

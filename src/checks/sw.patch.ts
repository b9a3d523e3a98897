import { valueForZone } from '../policy/sections/fields.ts'
import { defineCheck, failed, type JudgeContext, type Judgement, passed, unknown } from './check.ts'
import { dayOf, daysBetween } from './day.ts'
import { item } from './item.ts'
import { linuxUpdates } from './linux-updates.ts'
import type { Item } from './result.ts'
import { type PackageUpdates, type UpdateFacts, updateFactsSchema } from './updates.ts'
import { judgeWindows } from './windows-patches.ts'
import { windowsUpdates } from './windows-updates.ts'

export const swPatch = defineCheck({
  id: 'sw.patch',
  schema: updateFactsSchema,
  linux: linuxUpdates,
  windows: windowsUpdates,
  judge: judgePatches,
  remedy: {
    ja: 'セキュリティ更新を適用し、必要なら再起動してください。閉じた系では、先に系内の配信元（WSUS やミラー）に更新を取り込みます。更新を適用できない事情があるときは、期限のある例外を申請してください。',
    en: "Install the security updates and restart where needed. In a closed zone, bring them to the zone's own source (WSUS, mirror) first. Where an update cannot be installed, apply for an exception with an end.",
  },
  minIntervalMinutes: 240,
})

export function judgePatches(facts: UpdateFacts, context: JudgeContext): Judgement {
  const { policy, zone, now } = context
  const maxDays = valueForZone(policy.patches.maxAgeDays, zone)
  const rebootMaxDays = valueForZone(policy.patches.rebootPendingMaxDays, zone)
  const reboot = rebootItems(facts.rebootSince, rebootMaxDays, now)
  return facts.kind === 'packages'
    ? judgePackages(facts, reboot, maxDays, now)
    : judgeWindows(facts, reboot, maxDays, now)
}

function rebootItems(since: string | null, maxDays: number, now: Date): readonly Item[] {
  const days = since === null ? 0 : daysBetween(since, now)
  if (since === null || days <= maxDays) return []
  return [
    item(
      'reboot',
      `更新後の再起動が ${dayOf(since)} から${days}日間されていません（許容${maxDays}日）`,
      `A restart has been owed since ${dayOf(since)}, ${days} days; ${maxDays} allowed`,
    ),
  ]
}

/**
 * A list that is at most `maxDays` old can hide only what came after it, which is younger still. So the age of the list
 * and the age of what is pending are held to the same number of days.
 */
function judgePackages(facts: PackageUpdates, reboot: readonly Item[], maxDays: number, now: Date): Judgement {
  const late = facts.pending.filter(({ since }) => daysBetween(since, now) > maxDays)
  const overdue = late.toSorted((a, b) => (a.since < b.since ? -1 : Number(a.since > b.since)))
  const items = [...overdue.map((update) => updateItem(update, now)), ...reboot]
  if (items.length > 0) return blame(facts, overdue.length, reboot.length > 0, items, maxDays)
  if (!facts.hasSecuritySource || facts.listedAt === null) return noList()
  const listAge = daysBetween(facts.listedAt, now)
  if (listAge > maxDays) return oldList(facts.listedAt, listAge)
  const isUndated = facts.pending.some(({ isExact }) => !isExact)
  const isRecent = facts.upgradedAt !== null && daysBetween(facts.upgradedAt, now) <= maxDays
  if (isUndated && !isRecent) return undated(facts, maxDays)
  return praise(facts, maxDays)
}

function updateItem({ name, installed, available, source, since }: PackageUpdates['pending'][number], now: Date): Item {
  const change = installed === '' ? available : `${installed} → ${available}`
  const days = daysBetween(since, now)
  return item(
    name,
    `${name} ${change}（${source}、${dayOf(since)} 以前に公開、${days}日以上）`,
    `${name} ${change} (${source}, there since ${dayOf(since)} or before, at least ${days} days)`,
  )
}

function blame(
  { pending }: PackageUpdates,
  overdue: number,
  isReboot: boolean,
  items: readonly Item[],
  maxDays: number,
) {
  if (overdue === 0) {
    return failed('更新後の再起動がされていません', 'A restart after updates is overdue', items)
  }
  const [ja, en] = isReboot ? ['。再起動もされていません', '; a restart is overdue too'] : ['', '']
  return failed(
    `公開から${maxDays}日を過ぎたセキュリティ更新が${overdue}件、適用されていません（未適用は全部で${pending.length}件）${ja}`,
    `${overdue} security update(s) older than ${maxDays} days are missing (${pending.length} missing in all)${en}`,
    items,
  )
}

function noList(): Judgement {
  return unknown(
    'セキュリティ更新の配信元の一覧が取得されていないため、未適用の更新があるか分かりません',
    'No list of a source of security updates was ever fetched: what is missing cannot be told',
  )
}

function oldList(listedAt: string, age: number): Judgement {
  return unknown(
    `更新の一覧が ${dayOf(listedAt)}（${age}日前）のままのため、その後の未適用の更新が分かりません`,
    `The list of updates is of ${dayOf(listedAt)}, ${age} days old: what has come since cannot be told`,
  )
}

function undated({ pending }: PackageUpdates, maxDays: number): Judgement {
  return unknown(
    `未適用のセキュリティ更新が${pending.length}件あり、公開から${maxDays}日を過ぎているかどうかは、最初の点検のため分かりません`,
    `${pending.length} security update(s) are missing; this being the first look, whether for more than ${maxDays} days cannot be told`,
  )
}

function praise({ pending, listedAt }: PackageUpdates, maxDays: number): Judgement {
  const day = listedAt === null ? '' : dayOf(listedAt)
  if (pending.length === 0) {
    return passed(
      `未適用のセキュリティ更新はありません（${day} の一覧による）`,
      `No security update is missing (by the list of ${day})`,
    )
  }
  return passed(
    `未適用のセキュリティ更新${pending.length}件は、いずれも公開から${maxDays}日以内です（${day} の一覧による）`,
    `${pending.length} security update(s) are missing, none for more than ${maxDays} days (by the list of ${day})`,
  )
}

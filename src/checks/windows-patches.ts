import { failed, type Judgement, passed, unknown } from './check.ts'
import { dayOf, daysBetween } from './day.ts'
import { item } from './item.ts'
import { secondTuesdayAfter } from './patch-day.ts'
import type { Item, Sentence } from './result.ts'
import type { UpdateSearch } from './update-search.ts'
import type { WindowsUpdates } from './updates.ts'

/**
 * Two ways to know: what Windows Update itself says is missing, and the days of Microsoft's monthly releases (second
 * Tuesday), since whoever installed nothing since before one has been missing it. Either can tell of something missing; that
 * nothing is, only one that is not too old.
 */
export function judgeWindows(facts: WindowsUpdates, reboot: readonly Item[], maxDays: number, now: Date): Judgement {
  const items = [...overdueItems(facts.search ?? null, maxDays, now), ...monthlyItems(facts, maxDays, now), ...reboot]
  if (items.length > 0) return blame(facts, items, reboot.length)
  const search = facts.search ?? null
  const isSearched = search !== null && search.askedAt !== null && daysBetween(search.askedAt, now) <= maxDays
  if (isSearched) return praise(facts, search, maxDays)
  if (facts.installedAt === null) {
    return unknown(
      `ビルド ${shown(facts)}。最後に更新した日を読み取れないため、未適用の更新があるか分かりません${why(search, 'ja')}`,
      `Build ${shown(facts)}: the day of the last update cannot be read, so what is missing cannot be told${why(search, 'en')}`,
    )
  }
  return passed(
    `ビルド ${shown(facts)}。最後の更新は ${dayOf(facts.installedAt)} で、公開から${maxDays}日を過ぎた月例更新の取り残しはありません（月例更新の公開日からの判断で、個々の更新は確認していません${why(search, 'ja')}）`,
    `Build ${shown(facts)}, last updated on ${dayOf(facts.installedAt)}: no monthly update older than ${maxDays} days can be missing (by release days; single updates are not looked at${why(search, 'en')})`,
  )
}

/** An update without a day counts from when Windows Update last heard of it, so it is younger than the list. */
function overdueItems(search: UpdateSearch | null, maxDays: number, now: Date): readonly Item[] {
  return (search?.missing ?? [])
    .flatMap(({ id, title, severity, since }) => {
      const days = since === null ? -1 : daysBetween(since, now)
      if (since === null || days <= maxDays) return []
      const grade = severity === '' ? '' : `${severity}、`
      return [
        {
          days,
          item: item(
            id,
            `${title}（${grade}${dayOf(since)} に公開、${days}日、許容${maxDays}日）`,
            `${title} (${severity === '' ? '' : `${severity}, `}published on ${dayOf(since)}, ${days} days; ${maxDays} allowed)`,
          ),
        },
      ]
    })
    .toSorted((a, b) => b.days - a.days)
    .map((one) => one.item)
}

function monthlyItems({ installedAt }: WindowsUpdates, maxDays: number, now: Date): readonly Item[] {
  if (installedAt === null) return []
  const missedSince = secondTuesdayAfter(installedAt)
  const days = daysBetween(missedSince, now)
  if (days <= maxDays) return []
  return [
    item(
      'monthly',
      `${dayOf(missedSince)} に公開された月例更新が適用されていません（${days}日、許容${maxDays}日）`,
      `The monthly update of ${dayOf(missedSince)} is missing (${days} days; ${maxDays} allowed)`,
    ),
  ]
}

function blame(facts: WindowsUpdates, items: readonly Item[], reboots: number): Judgement {
  const single = items.filter(({ key }) => key !== 'monthly' && key !== 'reboot').length
  if (items.length === reboots) {
    return failed('更新後の再起動がされていません', 'A restart after updates is overdue', items)
  }
  if (single > 0) {
    return failed(
      `ビルド ${shown(facts)}。期限を過ぎたセキュリティ更新が${single}件、適用されていません（Windows Update による）`,
      `Build ${shown(facts)}: ${single} security update(s) are missing past their days (by Windows Update)`,
      items,
    )
  }
  const at = facts.installedAt === null ? '?' : dayOf(facts.installedAt)
  return failed(
    `ビルド ${shown(facts)}。最後の更新は ${at} で、その後の月例更新が適用されていません`,
    `Build ${shown(facts)}, last updated on ${at}: monthly updates since then are missing`,
    items,
  )
}

function praise(facts: WindowsUpdates, { missing, askedAt }: UpdateSearch, maxDays: number): Judgement {
  const day = askedAt === null ? '' : dayOf(askedAt)
  if (missing.length === 0) {
    return passed(
      `ビルド ${shown(facts)}。未適用のセキュリティ更新はありません（${day} の Windows Update の確認による）`,
      `Build ${shown(facts)}: no security update is missing (as Windows Update found on ${day})`,
    )
  }
  return passed(
    `ビルド ${shown(facts)}。未適用のセキュリティ更新${missing.length}件は、いずれも公開から${maxDays}日以内です（${day} の Windows Update の確認による）`,
    `Build ${shown(facts)}: ${missing.length} security update(s) are missing, none for more than ${maxDays} days (as Windows Update found on ${day})`,
  )
}

function why(search: UpdateSearch | null, language: keyof Sentence): string {
  if (search === null) return ''
  const day = search.askedAt === null ? null : dayOf(search.askedAt)
  if (language === 'ja') {
    return day === null
      ? '。Windows Update は配信元に確認したことがありません'
      : `。Windows Update の最後の確認は ${day}`
  }
  return day === null ? '; Windows Update has never asked its server' : `; Windows Update last asked on ${day}`
}

function shown({ build }: WindowsUpdates): string {
  return build ?? '?'
}

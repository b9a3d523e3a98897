import type { LifecycleProduct } from '../standards/lifecycle.ts'
import { defineCheck, failed, type JudgeContext, type Judgement, passed, unknown } from './check.ts'
import { daysBetween, endOfDay } from './day.ts'
import { type InventoryFacts, inventoryFactsSchema } from './inventory.ts'
import { item } from './item.ts'
import { type Cycle, findCycle } from './lifecycle.ts'
import { linuxInventory } from './linux-inventory.ts'
import { matchesName } from './name-pattern.ts'
import type { Item } from './result.ts'
import { windowsInventory } from './windows-inventory.ts'

export const swUnsupported = defineCheck({
  id: 'sw.unsupported',
  schema: inventoryFactsSchema,
  linux: linuxInventory,
  windows: windowsInventory,
  judge: judgeSupport,
  remedy: {
    ja: 'サポートが終わった製品、終わりが近い製品を、サポート中の版に更新するか、使用をやめて削除してください。延長サポート（ESU・LTS など）の契約がある場合は、期限のある例外を申請してください。',
    en: 'Update products whose support has ended or soon will, or remove them. Where the town has bought extended support (ESU, LTS), apply for an exception with an end.',
  },
  minIntervalMinutes: 60,
})

/** Products that no support date is known of are not judged, and the sentence says how many were. */
export function judgeSupport(facts: InventoryFacts, { policy, lifecycle, now }: JudgeContext): Judgement {
  const subjects = lifecycle.flatMap((product) => subjectsOf(product, facts))
  const system = subjects.find(({ isSystem }) => isSystem)
  const items = single(
    subjects.flatMap((subject) => {
      const warnDays = subject.isSystem ? policy.patches.endOfSupportWarnDays : policy.software.endOfSupportWarnDays
      return endingItem(subject, warnDays, now)
    }),
  )
  const known = single(subjects.map(({ product }) => item(product.id, '', ''))).length
  if (items.length > 0) return blame(items, facts.system.name)
  if (system?.cycle == null) {
    const { name } = facts.system
    return unknown(`${name} のサポート期限の情報がありません`, `The support dates of ${name} are not known`)
  }
  const until = system.cycle.end === null ? '' : `（${system.cycle.end} まで）`
  return passed(
    `${facts.system.name}${until} と、期限の分かる製品（${known}種）はサポート期間内です`,
    `${facts.system.name}${system.cycle.end === null ? '' : ` (until ${system.cycle.end})`} and the products whose dates are known (${known}) are supported`,
  )
}

type Subject = Readonly<{
  product: LifecycleProduct
  name: string
  version: string
  cycle: Cycle | null
  isSystem: boolean
}>

function subjectsOf(product: LifecycleProduct, { system, programs }: InventoryFacts): readonly Subject[] {
  const { osRelease, packages, windowsNames } = product.matches
  const subject = (name: string, version: string, isSystem: boolean): Subject => {
    return { product, name, version, cycle: findCycle(product, version), isSystem }
  }
  const isSystem = osRelease.some((id) => matchesName(id, `${system.id}:${system.edition}`) || id === system.id)
  const isWindows = system.id.startsWith('windows')
  const patterns = isWindows ? windowsNames.map((name) => `${name}*`) : packages
  const installed = programs.filter(({ name }) => patterns.some((pattern) => matchesName(pattern, name)))
  return [
    ...(isSystem ? [subject(system.name, system.version, true)] : []),
    ...installed.map(({ name, version }) => subject(name, version, false)),
  ]
}

function endingItem(
  { product, name, version, cycle, isSystem }: Subject,
  warnDays: number,
  now: Date,
): readonly Item[] {
  if (cycle === null || cycle.end === null) return []
  const left = daysBetween(now, endOfDay(cycle.end))
  if (left > warnDays) return []
  const what = isSystem ? name : `${name} ${version}`
  const extended = extensionOf(cycle, now)
  const key = `${product.id} ${cycle.cycle}`
  if (left < 0) {
    return [
      item(
        key,
        `${what}: サポートは ${cycle.end} に終了しました${extended.ja}（出典 ${product.source}、${product.asOf} 時点）`,
        `${what}: support ended on ${cycle.end}${extended.en} (${product.source}, as of ${product.asOf})`,
      ),
    ]
  }
  return [
    item(
      key,
      `${what}: サポートは ${cycle.end} に終了します（あと${left}日）${extended.ja}（出典 ${product.source}、${product.asOf} 時点）`,
      `${what}: support ends on ${cycle.end}, in ${left} days${extended.en} (${product.source}, as of ${product.asOf})`,
    ),
  ]
}

function extensionOf({ extendedEnd }: Cycle, now: Date): Readonly<{ ja: string; en: string }> {
  if (extendedEnd === undefined || now > endOfDay(extendedEnd)) return { ja: '', en: '' }
  return {
    ja: `。延長サポートを利用できる場合は ${extendedEnd} まで`,
    en: `; extended support, where the town has it, until ${extendedEnd}`,
  }
}

/** A product comes in many packages: one finding each. */
function single(items: readonly Item[]): readonly Item[] {
  const seen = new Set<string>()
  return items.filter(({ key }) => seen.size < seen.add(key).size)
}

function blame(items: readonly Item[], system: string): Judgement {
  return failed(
    `サポートが終了した製品、または終了が近い製品が${items.length}件あります（${system}）`,
    `${items.length} product(s) have reached the end of their support or soon will (${system})`,
    items,
  )
}

import { valueForZone } from '../policy/sections/fields.ts'
import { type Antivirus, countingProducts } from './antivirus-product.ts'
import { defineCheck, failed, type JudgeContext, type Judgement, passed, unknown } from './check.ts'
import { linuxDefinitions } from './clamav-definitions.ts'
import { dayOf, daysBetween } from './day.ts'
import { type DefinitionsFacts, definitionsFactsSchema } from './definitions.ts'
import { windowsDefinitions } from './windows-definitions.ts'

export const avDefinitions = defineCheck({
  id: 'av.definitions',
  schema: definitionsFactsSchema,
  linux: linuxDefinitions,
  windows: windowsDefinitions,
  judge: judgeDefinitions,
  remedy: {
    ja: 'パターンファイルを更新してください。閉じた系では、系内の配信元（配布用フォルダーや管理サーバー）に新しいパターンがあるか、端末から届くかを確認します。Linux の ClamAV では freshclam のログに失敗の理由があります。',
    en: "Update the definitions. In a closed zone, see whether the zone's own source has newer ones and whether the terminal reaches it. For ClamAV, the log of freshclam says why an update failed.",
  },
})

/** The product with the newest definitions counts: an older one beside it is switched off by it or does no harm. */
export function judgeDefinitions(facts: DefinitionsFacts, context: JudgeContext): Judgement | null {
  const { policy, zone, now } = context
  if (!policy.antivirus.required) return null
  const { products, none } = countingProducts(facts, policy)
  if (none !== null) return none
  const maxDays = valueForZone(policy.antivirus.definitionsMaxAgeDays, zone)
  const judgements = products.map((product) => judgeProduct(product, facts, maxDays, now))
  return (
    judgements.find(({ outcome }) => outcome === 'pass') ??
    judgements.find(({ outcome }) => outcome === 'fail') ??
    judgements[0] ??
    null
  )
}

function judgeProduct(product: Antivirus, facts: DefinitionsFacts, maxDays: number, now: Date): Judgement {
  const { name, definitionsAt } = product
  if (definitionsAt === null) return judgeByItsWord(product)
  if (daysBetween(definitionsAt, now) < -1) {
    return unknown(
      `${name} のパターンの日付（${dayOf(definitionsAt)}）が未来です。端末の時計を確認してください`,
      `The definitions of ${name} are dated in the future (${dayOf(definitionsAt)}): look at the clock`,
    )
  }
  const { source } = facts
  const ageByClock = daysBetween(definitionsAt, now)
  if (ageByClock <= maxDays) return praise(product, definitionsAt, ageByClock, maxDays)
  if (source === null) return blame(product, definitionsAt, ageByClock, maxDays, facts.updateError)
  if (source.newestAt === null) {
    return unknown(
      `${name} のパターンは ${dayOf(definitionsAt)} のもので、配信元 ${source.folder} を読み取れないため、新しいものがあるか分かりません`,
      `The definitions of ${name} are of ${dayOf(definitionsAt)}; whether there are newer ones cannot be told, the source ${source.folder} cannot be read`,
    )
  }
  return judgeBySource(product, definitionsAt, source.newestAt, maxDays, facts.updateError)
}

function judgeBySource({ name }: Antivirus, at: string, newestAt: string, maxDays: number, error: string | null) {
  const behind = Math.max(0, daysBetween(at, newestAt))
  const [has, offers] = [dayOf(at), dayOf(newestAt)]
  if (behind <= maxDays) {
    return passed(
      `${name} のパターンは ${has} のもので、配信元の最新（${offers}）との差は${behind}日です（許容${maxDays}日）`,
      `The definitions of ${name} are of ${has}, ${behind} day(s) behind the newest that the source offers (${offers}); ${maxDays} allowed`,
    )
  }
  return failed(
    `${name} のパターンは ${has} のもので、配信元の最新（${offers}）より${behind}日古くなっています（許容${maxDays}日）${because(error).ja}`,
    `The definitions of ${name} are of ${has}, ${behind} days behind the newest that the source offers (${offers}); ${maxDays} allowed${because(error).en}`,
  )
}

/** No date to go by: what the product says of itself, and the sentence says whose word it is. */
function judgeByItsWord({ name, saysCurrent }: Antivirus): Judgement {
  if (saysCurrent === true) {
    return passed(
      `${name} はパターンを最新と申告しています（日付は公開されていません）`,
      `${name} says that its definitions are current (it tells no date)`,
    )
  }
  if (saysCurrent === false) {
    return failed(`${name} がパターンを古いと申告しています`, `${name} says that its definitions are out of date`)
  }
  return unknown(`${name} のパターンの日付を読み取れません`, `The date of the definitions of ${name} cannot be read`)
}

function praise({ name, definitionsVersion }: Antivirus, at: string, age: number, maxDays: number): Judgement {
  const version = definitionsVersion === null ? '' : ` ${definitionsVersion}`
  const days = Math.max(0, age)
  return passed(
    `${name} のパターン${version} は ${dayOf(at)} のもので、${days}日前です（許容${maxDays}日）`,
    `The definitions${version} of ${name} are of ${dayOf(at)}, ${days} day(s) old; ${maxDays} allowed`,
  )
}

function blame({ name }: Antivirus, at: string, age: number, maxDays: number, error: string | null): Judgement {
  return failed(
    `${name} のパターンは ${dayOf(at)} のもので、${age}日前です（許容${maxDays}日）${because(error).ja}`,
    `The definitions of ${name} are of ${dayOf(at)}, ${age} days old; ${maxDays} allowed${because(error).en}`,
  )
}

function because(error: string | null): Readonly<{ ja: string; en: string }> {
  if (error === null) return { ja: '', en: '' }
  const short = error.slice(0, 200)
  return { ja: `。最後の更新の失敗: ${short}`, en: `. The last update failed: ${short}` }
}

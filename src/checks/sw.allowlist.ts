import type { SoftwareMatch } from '../policy/sections/posture.ts'
import { type AllowlistFacts, allowlistFactsSchema } from './allowlist-facts.ts'
import { defineCheck, failed, type JudgeContext, type Judgement, passed, unknown } from './check.ts'
import { grantedSoftware, isGranted, isPathGranted } from './granted-software.ts'
import { item, listNames } from './item.ts'
import { linuxAllowlist } from './linux-allowlist.ts'
import type { Item } from './result.ts'
import type { OutsideProgram, Program } from './software.ts'
import { fitsOutside, fitsProgram } from './software-match.ts'
import { windowsAllowlist } from './windows-allowlist.ts'

export const swAllowlist = defineCheck({
  id: 'sw.allowlist',
  schema: allowlistFactsSchema,
  linux: linuxAllowlist,
  windows: windowsAllowlist,
  judge: judgeSoftware,
  remedy: {
    ja: '許可されていないソフトウェアを使わず、情報セキュリティ担当に連絡してください。担当者は入手元と目的を確認し、不要なら削除します。必要なら、期限のある許可を申請するか、ポリシーの software.allowed に加えます。',
    en: 'Do not use the software, and tell the information security officer, who finds out where it came from and removes it. Where it is needed, apply for a permission with an end, or add it to `software.allowed` of the policy.',
  },
})

export function judgeSoftware(facts: AllowlistFacts, context: JudgeContext): Judgement {
  const { rule, allowed, required, denied } = context.policy.software
  const granted = grantedSoftware(context)
  const accepted = [...allowed, ...required]
  const isAccepted = (program: Program) => accepted.some((match) => fitsProgram(match, program))
  const deniedHere = facts.programs.filter((one) => denied.some((match) => fitsProgram(match, one)))
  const unlisted = rule === 'deny-listed' ? [] : facts.programs.filter((one) => !isAccepted(one))
  const programs = [...new Set([...deniedHere, ...unlisted])].filter((one) => !isGranted(one, granted))
  const outside = facts.outside.filter((one) => isOutsideWrong(one, accepted, denied) && !isPathGranted(one, granted))
  const missing = required.filter((match) => !isThere(match, facts))
  const items = [
    ...outside.map(outsideItem),
    ...programs.map((one) => programItem(one, deniedHere.includes(one))),
    ...missing.map(missingItem),
  ]
  if (items.length > 0) return blame(programs, outside, missing.length, items)
  return praise(facts)
}

/** Outside the package manager nothing is accepted that is not listed by its path or its content; denied beats allowed. */
function isOutsideWrong(one: OutsideProgram, accepted: readonly SoftwareMatch[], denied: readonly SoftwareMatch[]) {
  return denied.some((match) => fitsOutside(match, one)) || !accepted.some((match) => fitsOutside(match, one))
}

function isThere(match: SoftwareMatch, { programs, outside }: AllowlistFacts): boolean {
  return programs.some((one) => fitsProgram(match, one)) || outside.some((one) => fitsOutside(match, one))
}

function outsideItem({ path, sha256 }: OutsideProgram): Item {
  const digest = sha256 === null ? '' : ` SHA-256 ${sha256}`
  // The content is part of the key: another program under the same name is another finding.
  return item(
    `${path} ${sha256?.slice(0, 16) ?? '-'}`,
    `${path}: パッケージ管理の外に置かれた、許可のないプログラムです${digest}`,
    `${path}: a program outside the package manager that is not permitted${digest}`,
  )
}

function programItem({ name, version, publisher }: Program, isDenied: boolean): Item {
  const maker = publisher === '' ? '' : `（${publisher}）`
  const by = publisher === '' ? '' : ` (${publisher})`
  const [ja, en] = isDenied ? ['使用が禁止されています', 'denied'] : ['許可されていません', 'not permitted']
  return item(`program ${name}`, `${name} ${version}${maker}: ${ja}`, `${name} ${version}${by}: ${en}`)
}

function missingItem(match: SoftwareMatch): Item {
  const what = match.name ?? match.path ?? match.publisher ?? match.sha256 ?? ''
  const version = match.from === undefined ? '' : ` ${match.from}`
  return item(
    `required ${what}`,
    `${what}: 必要なソフトウェア${match.from === undefined ? '' : `（${match.from} 以上）`}が入っていません`,
    `${what}${version}: required, and not there`,
  )
}

function blame(
  programs: readonly Program[],
  outside: readonly OutsideProgram[],
  missing: number,
  items: readonly Item[],
) {
  const unpermitted = listNames([...outside.map(({ path }) => path), ...programs.map(({ name }) => name)])
  const count = programs.length + outside.length
  const ja = [
    count === 0 ? [] : `許可されていないソフトウェアが${count}件あります（${unpermitted.ja}）`,
    missing === 0 ? [] : `必要なソフトウェアが${missing}件ありません`,
  ]
  const en = [
    count === 0 ? [] : `${count} program(s) are not permitted (${unpermitted.en})`,
    missing === 0 ? [] : `${missing} required program(s) are missing`,
  ]
  return failed(ja.flat().join('。').slice(0, 1000), en.flat().join('; ').slice(0, 1000), items)
}

function praise({ programs, outside, outsideCount, unread, unseenPeople = 0 }: AllowlistFacts): Judgement {
  if (unread.length > 0 || outsideCount > outside.length) {
    const { ja, en } = listNames(unread)
    return unknown(
      `監視するフォルダーの一部（${ja || `プログラム ${outsideCount} 件`}）を最後まで確認できないため、許可のないプログラムがないとは言えません`,
      `Some of the watched folders (${en || `${outsideCount} programs`}) could not be read to their end, so there may be programs that are not permitted`,
    )
  }
  const unseen =
    unseenPeople === 0
      ? { ja: '', en: '' }
      : {
          ja: `。サインインしていない${unseenPeople}人が自分だけに入れたソフトウェアは、サインイン中に確認します`,
          en: `; what ${unseenPeople} people who are not signed in have installed for themselves is looked at while they are`,
        }
  return passed(
    `許可されていないソフトウェアはありません（インストール済み ${programs.length}件、管理外のプログラム ${outside.length}件を確認）${unseen.ja}`,
    `No software that is not permitted (${programs.length} installed and ${outside.length} other programs looked at)${unseen.en}`,
  )
}

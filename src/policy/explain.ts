import { classNames } from './class-names.ts'
import { reasonSentences } from './reason-sentences.ts'
import type { Verdict } from './verdict.ts'

export type Language = 'ja' | 'en'

/** `title` fits a notice's first line; `sentences` say what, why, and whom to ask; `basis` is for the person asked. */
export type Explanation = Readonly<{ title: string; sentences: readonly string[]; basis: string }>

/** A verdict for the person at the terminal, in plain words. `contact` is the policy's. */
export function explainVerdict(
  verdict: Verdict,
  lang: Language,
  contact?: Readonly<{ ja: string; en: string }>,
): Explanation {
  const { why, ...more } = reasonSentences[verdict.reason]
  const isShort = verdict.wouldBe !== 'read-write'
  const advice = isShort && 'advice' in more ? [fill(more.advice[lang], verdict, lang)] : []
  return {
    title: fill(titles[outcomeOf(verdict)][lang], verdict, lang),
    sentences: [
      fill(why[lang], verdict, lang),
      ...(verdict.limitedBy === undefined ? [] : [limitation[lang]]),
      ...(isShort && verdict.mode === 'observe' ? [observed[lang]] : []),
      ...(isPermission(verdict) && verdict.until !== undefined ? [reviewedAt(verdict.until, lang)] : []),
      ...advice,
      ...(isShort ? [askWhom(lang, contact)] : []),
    ],
    basis: basisOf(verdict, lang),
  }
}

type Outcome = 'refused' | 'read-only' | 'permitted' | 'would-refuse' | 'would-read-only'

function outcomeOf({ wouldBe, mode }: Verdict): Outcome {
  if (wouldBe === 'read-write') return 'permitted'
  if (wouldBe === 'block') return mode === 'observe' ? 'would-refuse' : 'refused'
  return mode === 'observe' ? 'would-read-only' : 'read-only'
}

const titles = {
  refused: { ja: '{class}の使用を止めました', en: 'Refused: {class}' },
  'read-only': { ja: '{class}は読み取り専用です（書き込みはできません）', en: 'Read-only: {class}' },
  permitted: { ja: '{class}を使用できます', en: 'Permitted: {class}' },
  'would-refuse': { ja: '{class}は、本運用では使用できません', en: 'Will be refused once enforced: {class}' },
  'would-read-only': {
    ja: '{class}は、本運用では読み取り専用になります',
    en: 'Will be read-only once enforced: {class}',
  },
} as const satisfies Record<Outcome, Readonly<Record<Language, string>>>

const limitation = {
  ja: '本来は読み取り専用ですが、この端末では書き込みを確実に防ぐことができないため、使用を止めています。',
  en: 'It should be read-only; this terminal cannot reliably prevent writing to it, so it is refused.',
} as const

const observed = {
  ja: '現在は試行期間のため、使用を止めずに記録だけをしています。',
  en: 'This is a trial period: it is only recorded, not prevented.',
} as const

function isPermission({ reason, wouldBe }: Verdict): boolean {
  return wouldBe !== 'block' && (reason === 'registered' || reason === 'grant')
}

function reviewedAt(until: string, lang: Language): string {
  const at = new Date(Date.parse(until) + 9 * 60 * 60 * 1000)
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth() + 1, at.getUTCDate()]
  const time = at.toISOString().slice(11, 16)
  if (lang === 'ja') return `この許可は、${year}年${month}月${day}日 ${time} に見直されます。`
  return `This is decided again on ${at.toISOString().slice(0, 10)} at ${time} (Japan time).`
}

function askWhom(lang: Language, contact: Readonly<{ ja: string; en: string }> | undefined): string {
  if (lang === 'ja') return `お問い合わせ先：${contact?.ja ?? '所属の情報セキュリティ担当'}`
  return `Ask: ${contact?.en ?? 'the information security officer of your section'}`
}

function basisOf({ ruleId, policyId, policyVersion, control }: Verdict, lang: Language): string {
  if (lang === 'ja') return `根拠：${ruleId}（対策 ${control}、ポリシー ${policyId} 第${policyVersion}版）`
  return `Basis: ${ruleId} (control ${control}, policy ${policyId} version ${policyVersion})`
}

function fill(template: string, verdict: Verdict, lang: Language): string {
  return template.replaceAll('{class}', classNames[verdict.class][lang])
}

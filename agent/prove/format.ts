import { countOutcomes, type Proof, type ProofItem, type ProofOutcome } from '../../src/protocol/proof.ts'
import type { Language } from '../config.ts'
import { formatInstant } from '../report/format.ts'

/** For the person at the terminal: what failed first, then what held, then what is still to be tried. */
export function formatProof(proof: Proof, language: Language): string {
  const ja = language === 'ja'
  const { machine, agent, items, readings, calls } = proof
  const counts = countOutcomes(items)
  const silent = readings.filter(({ failure }) => failure !== null && failure.reason !== 'missing')
  const standIn = machine.standIn === null ? '' : ` [${machine.standIn}]`
  return [
    `${machine.os} ${machine.build}${standIn} / tanmori ${agent.version}`,
    `${formatInstant(proof.startedAt)} - ${formatInstant(proof.endedAt).slice(11)}${ja ? '（日本時間）' : ' (Japan time)'}`,
    ...order.flatMap((outcome) => section(items, outcome, language)),
    '',
    ja
      ? `実証 ${counts.proven} 件、不成立 ${counts.disproven} 件、未試験 ${counts['not-tried']} 件`
      : `${counts.proven} proven, ${counts.disproven} disproven, ${counts['not-tried']} not tried`,
    ja
      ? `読取り ${readings.length} 件（答えなし ${silent.length} 件）、OSの呼出し ${calls.length} 件`
      : `${readings.length} readings (${silent.length} without an answer), ${calls.length} calls to the system`,
  ].join('\n')
}

const order = ['disproven', 'proven', 'not-tried'] as const satisfies readonly ProofOutcome[]

export const outcomeWords = {
  proven: { ja: '実証', en: 'proven' },
  disproven: { ja: '不成立', en: 'disproven' },
  'not-tried': { ja: '未試験', en: 'not tried' },
} as const satisfies Record<ProofOutcome, Readonly<Record<Language, string>>>

function section(items: readonly ProofItem[], outcome: ProofOutcome, language: Language): readonly string[] {
  const own = items.filter((item) => item.outcome === outcome)
  if (own.length === 0) return []
  // Dozens of checks that answered are one line: their times stand in the file.
  const isBrief = ({ id }: ProofItem) => outcome !== 'disproven' && id.startsWith('checks.read.')
  const checks = own.filter(isBrief)
  const title = outcomeWords[outcome][language]
  return [
    '',
    language === 'ja' ? `【${title}】` : `[${title}]`,
    ...own.filter((item) => !isBrief(item)).flatMap((item) => lines(item, language)),
    ...(checks.length === 0
      ? []
      : [language === 'ja' ? `  点検の読取り: ${checks.length} 件` : `  readings of checks: ${checks.length}`]),
  ]
}

function lines({ id, title, reason, observed, outcome, ms }: ProofItem, language: Language): readonly string[] {
  const isDisproven = outcome === 'disproven'
  const time = outcome === 'not-tried' ? '' : ` (${ms} ms)`
  return [
    `  ${title[language]} [${id}]`,
    `    ${reason[language]}${time}`,
    ...(isDisproven && observed !== '' ? [`    ${observed}`] : []),
  ]
}

import { checks } from '../../src/checks/index.ts'
import type { Outcome, Result } from '../../src/checks/result.ts'
import { findControl } from '../../src/controls/find-control.ts'
import type { Language } from '../config.ts'
import type { ChecksReport } from '../control/protocol.ts'
import { localTime } from './format-status.ts'

/** `anew`: read just now. `last`: what the agent found last. `alone`: read here, without an agent and without a record. */
export type CheckSource = 'anew' | 'last' | 'alone'

/** Items named below one result; the rest are counted. */
const maxItems = 10
const order = ['fail', 'unknown', 'pass'] as const satisfies readonly Outcome[]

/** The results in words: what does not pass first, each with what to do about it. */
export function formatChecks({ results }: ChecksReport, source: CheckSource, language: Language): string {
  const words = texts[language]
  const sorted = order.flatMap((outcome) => results.filter((result) => result.outcome === outcome))
  const lines = sorted.flatMap((result) => formatResult(result, language))
  const [summary, note] = [formatCounts(results, language), words.sources[source]]
  return [...(results.length === 0 ? [words.none] : lines), '', summary, ...(note === '' ? [] : [note])].join('\n')
}

export function formatCounts(results: readonly Pick<Result, 'outcome' | 'isStale'>[], language: Language): string {
  const words = texts[language]
  const count = (outcome: Outcome) => results.filter((result) => result.outcome === outcome).length
  const stale = results.filter(({ isStale }) => isStale).length
  return words.counts(count('pass'), count('fail'), count('unknown'), stale)
}

function formatResult(result: Result, language: Language): readonly string[] {
  const words = texts[language]
  const { control, outcome, reason, items, itemCount, since, readAt, isStale, grantId } = result
  const title = findControl(control)?.title[language] ?? control
  const marks = [isStale ? words.stale : '', grantId === undefined ? '' : `${words.granted} ${grantId}`].filter(Boolean)
  const head = `${words.outcomes[outcome]} ${title} (${control})${marks.length === 0 ? '' : ` ${marks.join(' ')}`}`
  if (outcome === 'pass') return [`${head}: ${reason[language]}`]
  const shown = items.slice(0, maxItems).map(({ text }) => `    - ${text[language]}`)
  const more = itemCount > shown.length ? [`    ${words.more(itemCount - shown.length)}`] : []
  const read = readAt === null ? words.never : localTime(readAt)
  const remedy = checks.find(({ id }) => id === control)?.remedy[language]
  return [
    head,
    `    ${reason[language]}`,
    ...shown,
    ...more,
    `    ${words.since} ${localTime(since)}${words.comma}${words.read} ${read}`,
    ...(remedy === undefined ? [] : [`    ${words.remedy} ${remedy}`]),
  ]
}

const texts = {
  ja: {
    outcomes: { pass: '［適合］', fail: '［不適合］', unknown: '［判定不能］' },
    stale: '［点検が古くなっています］',
    granted: '［例外許可］',
    none: '点検の結果はありません。',
    never: 'なし',
    since: 'この状態になった時刻:',
    read: '点検した時刻:',
    comma: '、',
    remedy: '対処:',
    more: (count: number) => `ほか${count}件`,
    counts: (pass: number, fail: number, unknown: number, stale: number) =>
      `適合 ${pass}件、不適合 ${fail}件、判定不能 ${unknown}件${stale === 0 ? '' : `（うち古くなった点検 ${stale}件）`}`,
    sources: {
      anew: '',
      last: '直近の点検結果を表示しています。点検し直すには管理者権限で実行してください。',
      alone: 'エージェントを使わずに、この場で点検しました。証跡には記録していません。',
    },
  },
  en: {
    outcomes: { pass: '[pass]', fail: '[fail]', unknown: '[unknown]' },
    stale: '[stale]',
    granted: '[set aside by grant]',
    none: 'There are no results.',
    never: 'never',
    since: 'since',
    read: 'read',
    comma: ', ',
    remedy: 'What to do:',
    more: (count: number) => `and ${count} more`,
    counts: (pass: number, fail: number, unknown: number, stale: number) =>
      `${pass} passed, ${fail} failed, ${unknown} could not be told${stale === 0 ? '' : ` (${stale} of all are stale)`}`,
    sources: {
      anew: '',
      last: 'These are the last results; an administrator can have them read anew.',
      alone: 'They were read here, without the agent, and nothing was recorded.',
    },
  },
} as const

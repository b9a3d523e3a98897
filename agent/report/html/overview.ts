import type { Report } from '../../../src/protocol/report.ts'
import { answerWords } from '../../../src/standards/answer-words.ts'
import { answerStates } from '../../../src/standards/coverage.ts'
import { formatCount, formatDay } from '../format.ts'
import { type Html, html, nothing, table, text } from './markup.ts'
import { badge, type Language, list, type Say } from './parts.ts'

/** The first page: what it is, and how it stands in a few lines. */
export function renderOverview(report: Report, lang: Language, say: Say): Html {
  return html`${cover(report, lang, say)}${warnings(report, say)}${verdict(report, say)}${tallies(report, say)}${legend(say)}`
}

function cover({ terminal, at, period }: Report, lang: Language, say: Say): Html {
  const title = say({ ja: '端末セキュリティ点検報告書', en: 'Terminal security report' })
  const rows = [say({ ja: '点検者', en: 'Inspected by' }), say({ ja: '確認者', en: 'Confirmed by' })].map((name) => [
    text(name),
    nothing,
    nothing,
  ])
  const columns = ['', say({ ja: '所属・氏名', en: 'Section, name' }), say({ ja: '日付', en: 'Date' })]
  const head = columns.map((column) => html`<th scope="col">${column}</th>`)
  const body = rows.map(([name]) => html`<tr><th scope="row">${name ?? nothing}</th><td></td><td></td></tr>`)
  return html`<header class="cover"><div>
<h1>${title}</h1>
<p class="lead">${terminal.hostname}（${terminal.id}）　${formatDay(at, lang)}<br>
${say({ ja: '対象期間', en: 'Period' })}: ${formatDay(period.from, lang)} – ${formatDay(period.to, lang)}</p>
</div>
<table class="confirm"><caption>${say({ ja: '確認欄', en: 'For confirmation' })}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>
</header>
`
}

function warnings({ problems, policy, terminal }: Report, say: Say): Html {
  const told = [
    ...problems.map(({ what, detail }) => html`${say(what)}: ${detail}`),
    ...(policy?.root?.isDemonstration === true
      ? [text(say({ ja: '試行用の署名者によるポリシーです。', en: 'The policy is signed by demonstration signers.' }))]
      : []),
    ...(terminal.agentStartedAt === null
      ? [
          text(
            say({
              ja: 'エージェントが動いていません。結果は最後に動いていたときのものです。',
              en: 'The agent is not running: results are from when it last ran.',
            }),
          ),
        ]
      : []),
  ]
  if (told.length === 0) return nothing
  const title = say({ ja: 'この報告書を読む前に', en: 'Before you read this report' })
  return html`<section class="warn" aria-label="${title}"><strong>${title}</strong><ul>${told.map((one) => html`<li>${one}</li>`)}</ul></section>\n`
}

function verdict(report: Report, say: Say): Html {
  const sentences = [findingSentence(report), policySentence(report), journalSentence(report), mediaSentence(report)]
  const [first, ...rest] = sentences.map(say)
  return html`<section class="sum" aria-label="${say({ ja: '総括', en: 'Summary' })}"><p><strong>${first ?? ''}</strong></p>${rest.map((one) => html`<p>${one}</p>`)}</section>\n`
}

function findingSentence({ findings, controls }: Report) {
  const count = (state: string) => controls.filter((control) => control.state === state).length
  const [fail, unknown, stale] = [count('fail'), count('unknown'), count('stale')]
  if (fail + unknown + stale === 0 && count('pass') === 0) {
    return { ja: '点検結果はまだありません。', en: 'There are no results of checks yet.' }
  }
  return {
    ja: `不適合の対策 ${fail} 件、判定不能 ${unknown} 件、点検が古いもの ${stale} 件、適合 ${count('pass')} 件。未解決の指摘は ${formatCount(findings.length)} 件です。`,
    en: `Controls: ${fail} fail, ${unknown} unknown, ${stale} stale, ${count('pass')} pass. Open findings: ${formatCount(findings.length)}.`,
  }
}

function policySentence({ policy, grants }: Report) {
  if (policy === null) {
    return {
      ja: 'ポリシーを受信していません（組み込みの既定）。',
      en: 'No policy was received: the built-in default holds.',
    }
  }
  const signers = policy.signers.map(({ holder }) => holder)
  const exceptions = grants.filter(({ state }) => state === 'in-force').length
  const expired = { ja: policy.isExpired ? '（期限切れ）' : '', en: policy.isExpired ? ' (expired)' : '' }
  return {
    ja: `ポリシー「${policy.title.ja}」第${policy.version}版${expired.ja}、署名者 ${signers.join('・')}。有効な許可・例外 ${exceptions} 件。`,
    en: `Policy "${policy.title.en}" version ${policy.version}${expired.en}, signed by ${signers.join(' and ')}. Grants in force: ${exceptions}.`,
  }
}

function journalSentence({ journal }: Report) {
  if (journal === null) return { ja: '証跡を読み取れませんでした。', en: 'The journal could not be read.' }
  if (!journal.isWhole) {
    return {
      ja: `証跡に異常があります（${journal.breaks.length} か所）。「証跡の検証」をご覧ください。`,
      en: `The journal is broken in ${journal.breaks.length} places: see "Verification of the journal".`,
    }
  }
  return {
    ja: `証跡 ${formatCount(journal.lines)} 行を検証し、改変も欠落もないことを確認しました。`,
    en: `${formatCount(journal.lines)} lines of the journal were verified: none altered, none missing.`,
  }
}

function mediaSentence({ media, carried }: Report) {
  const { counts } = media
  const refused = (counts['media.refused'] ?? 0) + (counts['media.would-refuse'] ?? 0)
  return {
    ja: `期間中の媒体・機器の事象 ${formatCount(media.total)} 件（うち媒体の拒否及び拒否相当 ${formatCount(refused)} 件）、持出し ${formatCount(carried.out)} 件、持込み ${formatCount(carried.in)} 件。`,
    en: `Events of media and devices in the period: ${formatCount(media.total)} (media refused, or would be: ${formatCount(refused)}). Files carried out: ${formatCount(carried.out)}, in: ${formatCount(carried.in)}.`,
  }
}

function tallies({ standards }: Report, say: Say): Html {
  if (standards.length === 0) return nothing
  const columns = [
    { title: say({ ja: '基準', en: 'Standard' }) },
    { title: say({ ja: '条項', en: 'Clauses' }), kind: 'num' },
    ...answerStates.map((state) => ({ title: say(answerWords[state].name), kind: 'num' })),
  ]
  const rows = standards.map(({ title, clauses, counts }) => [
    html`${say(title)}${bar(counts, clauses.length)}`,
    text(formatCount(clauses.length)),
    ...answerStates.map((state) => text(formatCount(counts[state]))),
  ])
  const caption = say({
    ja: '条項別の結果。条項の判定は、その条項に応える対策のうち最も悪いものによります。',
    en: 'Results by clause. A clause is as its worst control is.',
  })
  return table(caption, columns, rows, 'tally')
}

function bar(counts: Report['standards'][number]['counts'], total: number): Html {
  const parts = answerStates
    .filter((state) => counts[state] > 0)
    .map((state) => html`<i class="${state}" style="width:${((counts[state] / total) * 100).toFixed(2)}%"></i>`)
  return html`<span class="bar" aria-hidden="true">${parts}</span>`
}

function legend(say: Say): Html {
  const rows = answerStates.map((state) => html`${badge(state, say)} ${say(answerWords[state].meaning)}`)
  return list(rows, 'legend')
}

import type { Report } from '../../../src/protocol/report.ts'
import { formatCount } from '../format.ts'
import { answeredByWords, clauseKindWords, severityWords } from '../words.ts'
import { type Html, html, nothing, table, text } from './markup.ts'
import { anchorOf, badge, code, lines, list, type Say, when, whenOr } from './parts.ts'

type Control = Report['controls'][number]
type Standard = Report['standards'][number]

/** Each clause with what answers it; the evidence of a control is told once, further on. */
export function renderClauses({ standards, controls }: Report, say: Say): Html {
  if (standards.length === 0) {
    return html`<p>${say({ ja: '条項の一覧が見つかりません。対策別の結果のみを示します。', en: 'No catalogue of clauses was found: results are given by control only.' })}</p>\n`
  }
  const byId = new Map(controls.map((control) => [control.id, control] as const))
  return html`${standards.map((standard) => renderStandard(standard, byId, say))}`
}

function renderStandard(standard: Standard, byId: ReadonlyMap<string, Control>, say: Say): Html {
  const { title, issuer, amended, clauses, counts } = standard
  const columns = [
    { title: say({ ja: '条項', en: 'Clause' }), kind: 'ref' },
    {
      title: say({ ja: '求められること（要約）・責任者', en: 'What it asks (summary), who answers for it' }),
      kind: 'wide',
    },
    { title: say({ ja: '応える対策と結果', en: 'Controls and results' }) },
    { title: say({ ja: '判定', en: 'Result' }), kind: 'state' },
  ]
  const rows = clauses.map(({ ref, summary, role, kind, state, controls }) => [
    text(ref),
    html`${say(summary)}<br><span class="soft">${say(role)} / ${say(clauseKindWords[kind])}</span>`,
    list(
      controls.map((id) => controlLine(byId.get(id), id, say)),
      'controls',
    ),
    badge(state, say),
  ])
  const unanswered = counts['not-answered'] + counts.planned
  const caption = say({
    ja: `この端末の系に適用される ${clauses.length} 条項。うち ${unanswered} 条項は回答なし又は未実装の対策を含み、別の方法による確認が必要です。`,
    en: `${clauses.length} clauses hold in this zone. ${unanswered} of them rest on controls that are not answered or not built yet: verify them otherwise.`,
  })
  const amendment = amended === null ? '' : `（${say(amended)}）`
  return html`<h3>${say(title)}</h3>\n<p class="soft">${say(issuer)}${amendment}</p>\n${table(caption, columns, rows)}`
}

function controlLine(control: Control | undefined, id: string, say: Say): Html {
  if (control === undefined) return code(id)
  const { title, state, result } = control
  const since =
    result === null
      ? nothing
      : html` <span class="soft">${say({ ja: '', en: 'since ' })}${when(result.since)}${say({ ja: 'から', en: '' })}</span>`
  const reason =
    result === null || state === 'pass' ? nothing : html`<br><span class="soft">${say(result.reason)}</span>`
  return html`${badge(state, say)} <a href="#${anchorOf(id)}">${say(title)}</a>${since}${reason}`
}

/** What is wrong and what to do about it, by control: the gravest first. */
export function renderFindings({ findings, controls }: Report, say: Say): Html {
  if (findings.length === 0) {
    return html`<p>${say({ ja: '未解決の指摘はありません。', en: 'There are no open findings.' })}</p>\n`
  }
  const columns = [
    { title: say({ ja: '重大度', en: 'Severity' }), kind: 'narrow' },
    { title: say({ ja: '指摘', en: 'Finding' }), kind: 'wide' },
    { title: say({ ja: '対処', en: 'What to do' }) },
    { title: say({ ja: 'いつから', en: 'Since' }), kind: 'when' },
  ]
  const rows = [...Map.groupBy(findings, ({ control }) => control)].map(([id, all]) => {
    const control = controls.find((one) => one.id === id)
    return findingRow(id, all, control, say)
  })
  return table(say({ ja: '対策ごとに、重大度の高い順', en: 'By control, the gravest first' }), columns, rows)
}

/** So many of one control stand in this table; the others with its evidence. */
const maxListed = 10

function findingRow(id: string, all: Report['findings'], control: Control | undefined, say: Say): readonly Html[] {
  const [first] = all
  if (first === undefined) return []
  const oldest = all.map(({ since }) => since).sort()[0] ?? first.since
  const reason = say(control?.result?.reason ?? first.text)
  const things = all
    .filter(({ key, text: { ja, en } }) => key !== '' && (all.length > 1 || say({ ja, en }) !== reason))
    .map((one) => html`${say(one.text)}${came(one, oldest, say)}`)
  const more = (control?.result?.itemCount ?? 0) - Math.min(all.length, maxListed)
  const rest = html`<a href="#${anchorOf(id)}">${say({ ja: `ほか ${formatCount(more)} 件`, en: `and ${formatCount(more)} more` })}</a>`
  const listed = [...things.slice(0, maxListed), ...(more > 0 ? [rest] : [])]
  return [
    html`${say(severityWords[first.severity])}<br>${badge(first.outcome, say)}`,
    html`<strong>${control === undefined ? id : say(control.title)}</strong> <span class="soft">${code(id)}</span><br>${reason}${list(listed, 'items')}`,
    text(
      first.remedy === null
        ? say({ ja: '担当者に確認してください。', en: 'Ask whoever is in charge.' })
        : say(first.remedy),
    ),
    when(oldest),
  ]
}

/** What came later than the first of its control, or more than once. */
function came({ since, count }: Report['findings'][number], oldest: string, say: Say): Html {
  const times = count < 2 ? nothing : html` ${say({ ja: `${count} 回発生`, en: `came ${count} times` })}`
  const later = since === oldest ? nothing : html` ${when(since)}`
  return html`<span class="soft">${later}${times}</span>`
}

/** The evidence: what was read, when, and what it showed. */
export function renderControls({ controls }: Report, say: Say): Html {
  const answered = controls.filter(({ result }) => result !== null)
  const open = controls.filter(({ result }) => result === null)
  return html`${answered.length === 0 ? html`<p>${say({ ja: '結果はまだありません。', en: 'There are no results yet.' })}</p>\n` : evidence(answered, say)}${unanswered(open, say)}`
}

function evidence(controls: readonly Control[], say: Say): Html {
  const columns = [
    { title: say({ ja: '対策', en: 'Control' }), kind: 'id' },
    { title: say({ ja: '判定', en: 'Result' }), kind: 'state' },
    { title: say({ ja: '確認した内容', en: 'What was found' }) },
    { title: say({ ja: 'いつから／点検', en: 'Since / read' }), kind: 'when' },
  ]
  const rows = controls.map(({ id, title, answeredBy, state, result }) => [
    html`<span id="${anchorOf(id)}">${say(title)}</span><br><span class="soft">${code(id)} / ${say(answeredByWords[answeredBy])}</span>`,
    badge(state, say),
    result === null ? nothing : found(result, say),
    result === null
      ? nothing
      : lines([
          when(result.since),
          html`<span class="soft">${whenOr(result.readAt, say({ ja: '未読取', en: 'never read' }))}</span>`,
        ]),
  ])
  return table(say({ ja: '端末が確認した対策', en: 'Controls that the terminal answered' }), columns, rows)
}

function found({ reason, items, itemCount, grantId }: NonNullable<Control['result']>, say: Say): Html {
  const more = itemCount - items.length
  const rest = say({ ja: `ほか ${formatCount(more)} 件`, en: `and ${formatCount(more)} more` })
  const listed = [...items.map((item) => text(say(item.text))), ...(more > 0 ? [text(rest)] : [])]
  const granted = say({ ja: '例外の許可あり', en: 'set aside by grant' })
  return html`${say(reason)}${grantId === undefined ? nothing : html`<br><span class="soft">${granted}: ${code(grantId)}</span>`}${list(listed, 'items')}`
}

function unanswered(controls: readonly Control[], say: Say): Html {
  if (controls.length === 0) return nothing
  const columns = [
    { title: say({ ja: '対策', en: 'Control' }) },
    { title: say({ ja: '区分', en: 'Kind' }), kind: 'narrow' },
    { title: say({ ja: '判定', en: 'Result' }), kind: 'state' },
  ]
  const rows = controls.map(({ id, title, answeredBy, state }) => [
    html`<span id="${anchorOf(id)}">${say(title)}</span> <span class="soft">${code(id)}</span>`,
    text(say(answeredByWords[answeredBy])),
    badge(state, say),
  ])
  const caption = say({
    ja: '端末から回答のない対策。適合とは扱いません。',
    en: 'Controls without an answer: they do not count as passed.',
  })
  return table(caption, columns, rows)
}

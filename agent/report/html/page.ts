import type { Sentence } from '../../../src/checks/result.ts'
import type { Report } from '../../../src/protocol/report.ts'
import { formatInstant } from '../format.ts'
import { renderGrants, renderPolicy, renderTerminal } from './about.ts'
import { renderClauses, renderControls, renderFindings } from './clauses.ts'
import { escapeHtml, type Html, html } from './markup.ts'
import { renderOverview } from './overview.ts'
import type { Language, Say } from './parts.ts'
import { renderCarried, renderJournal, renderMedia, renderSensors, renderSignature } from './records.ts'
import { styleOf } from './style.ts'

/**
 * The report for people, as one file that asks nothing of anybody: no script, no request, system fonts. It ends before
 * `</body>`: what it was made of and the signature follow. The same report and language make the same bytes.
 */
export function renderPage(report: Report, lang: Language): string {
  const say: Say = (both) => both[lang]
  const { hostname, id } = report.terminal
  const title = `${say({ ja: '端末セキュリティ点検報告書', en: 'Terminal security report' })} ${hostname} (${id})`
  const foot = `${say({ ja: '端守', en: 'Tanmori' })} ${report.terminal.agentVersion} / ${formatInstant(report.at)} / ${say({ ja: '鍵', en: 'key' })} ${report.key.keyId.slice(0, 16)}`
  const body = sections.map(({ title: heading, render }, index) => {
    const name = `section-${index + 1}`
    return html`<section aria-labelledby="${name}"><h2 id="${name}">${index + 1}. ${say(heading)}</h2>\n${render(report, say)}</section>\n`
  })
  const note = say({
    ja: '時刻は日本時間です。この文書は、端末上の端守エージェントがネットワークを使わずに作成し、端末の鍵で署名したものです。',
    en: 'Times are Japan time. This document was made by the Tanmori agent on the terminal, without a network, and signed with the terminal’s key.',
  })
  return `<!DOCTYPE html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${styleOf(title, foot)}</style>
</head>
<body>
<main>
${html`${renderOverview(report, lang, say)}${body}<p class="soft">${note}</p>`.html}
</main>
`
}

type Section = Readonly<{ title: Sentence; render: (report: Report, say: Say) => Html }>

const sections: readonly Section[] = [
  { title: { ja: '未解決の指摘と対処', en: 'Open findings and what to do' }, render: renderFindings },
  { title: { ja: '端末', en: 'Terminal' }, render: renderTerminal },
  { title: { ja: '適用中のポリシー', en: 'Policy in force' }, render: renderPolicy },
  { title: { ja: '条項別の結果', en: 'Results by clause' }, render: renderClauses },
  { title: { ja: '対策別の結果と証拠', en: 'Results by control, with evidence' }, render: renderControls },
  { title: { ja: '媒体・機器の使用', en: 'Use of media and devices' }, render: renderMedia },
  { title: { ja: '持出し・持込みの記録', en: 'Carried out and in' }, render: renderCarried },
  { title: { ja: '許可・例外', en: 'Grants' }, render: renderGrants },
  { title: { ja: '監視の状態', en: 'Sensors' }, render: renderSensors },
  { title: { ja: '証跡の検証', en: 'Verification of the journal' }, render: renderJournal },
  { title: { ja: '署名と検証', en: 'Signature and verification' }, render: renderSignature },
]

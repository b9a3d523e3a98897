/**
 * On paper and on a screen. `pageHeading` stands at the head of every printed page (CSS Paged Media, margin boxes);
 * it is put into a CSS text, so its letters are written by number.
 */
export function styleOf(pageHeading: string, pageFooting: string): string {
  return `
@page {
  size: A4;
  margin: 20mm 14mm 17mm;
  @top-left { content: "${cssText(pageHeading)}"; font: 8pt var(--font); color: #41474d; }
  @bottom-left { content: "${cssText(pageFooting)}"; font: 7pt var(--font); color: #41474d; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt var(--font); color: #41474d; }
}
:root {
  --font: "BIZ UDPGothic", "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic UI", "Yu Gothic", "Hiragino Sans", Meiryo, "Segoe UI", sans-serif;
  --mono: "BIZ UDGothic", "Noto Sans Mono CJK JP", Consolas, "DejaVu Sans Mono", monospace;
  --ink: #1a1c1e; --soft: #41474d; --line: #b4b9bf; --head: #eef1f4; --accent: #0b3d70;
  --fail: #a3180d; --fail-bg: #fdecea; --unknown: #7a4a00; --unknown-bg: #fff4e0; --stale: #7a4a00; --stale-bg: #fff4e0;
  --none: #41474d; --none-bg: #eef0f2; --pass: #0f5a2e; --pass-bg: #e6f4ea;
}
* { box-sizing: border-box; }
html { font-size: 16px; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 66rem; color: var(--ink); background: #fff;
  font: 1rem/1.65 var(--font); line-break: strict; overflow-wrap: anywhere;
}
h1 { margin: 0 0 .2rem; font-size: 1.75rem; line-height: 1.3; color: var(--accent); word-break: auto-phrase; }
h2 {
  margin: 2.4rem 0 .7rem; padding: .15rem 0 .15rem .6rem; border-left: 5px solid var(--accent);
  font-size: 1.2rem; line-height: 1.4; break-after: avoid; word-break: auto-phrase;
}
h3 { margin: 1.4rem 0 .4rem; font-size: 1.02rem; line-height: 1.45; break-after: avoid; }
p { margin: .4rem 0; }
a { color: var(--accent); }
.lead { margin: 0 0 1.2rem; color: var(--soft); }
.cover { display: flex; gap: 1.2rem; align-items: flex-start; justify-content: space-between; border-bottom: 2px solid var(--accent); padding-bottom: .7rem; margin-bottom: 1rem; }
.cover > div { flex: 1; min-width: 0; }
table { width: 100%; border-collapse: collapse; margin: .5rem 0 1rem; font-size: .9rem; line-height: 1.5; }
caption { text-align: left; color: var(--soft); font-size: .875rem; padding-bottom: .25rem; break-after: avoid; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border: 1px solid var(--line); padding: .3rem .45rem; text-align: left; vertical-align: top; font-weight: normal; }
thead th { background: var(--head); font-weight: 600; }
tbody th { background: #f8f9fa; }
.facts th { width: 11rem; }
.confirm { width: 17rem; flex: none; margin: 0; font-size: .875rem; }
.confirm td { height: 2.7rem; min-width: 5rem; }
.num, .tally td { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.when { width: 10.4rem; font-variant-numeric: tabular-nums; }
time { white-space: nowrap; }
.state { width: 6.3rem; } .kind { width: 7.5rem; } .narrow { width: 5.2rem; } .ref { width: 8rem; } .id { width: 10.5rem; } .wide { width: 38%; }
.badge { display: inline-block; white-space: nowrap; padding: .02rem .45rem; border: 1px solid; border-radius: .2rem; font-weight: 600; font-size: .875rem; }
.fail { color: var(--fail); background: var(--fail-bg); }
.unknown, .stale { color: var(--unknown); background: var(--unknown-bg); }
.not-answered, .planned { color: var(--none); background: var(--none-bg); }
.pass { color: var(--pass); background: var(--pass-bg); }
.sum { border: 2px solid var(--accent); border-radius: .3rem; padding: .7rem 1rem; margin: 1rem 0; break-inside: avoid; }
.sum p { margin: .25rem 0; }
.sum strong { font-size: 1.05rem; }
.warn { border: 2px solid var(--fail); border-radius: .3rem; padding: .5rem 1rem; margin: 1rem 0; break-inside: avoid; }
.bar { display: flex; height: .9rem; margin: .2rem 0 .5rem; border: 1px solid var(--line); }
.bar i { display: block; }
.bar .fail { background: #c5221f; } .bar .unknown { background: #e8a33d; } .bar .stale { background: #f2cf8b; }
.bar .not-answered { background: #c3c8cd; } .bar .planned { background: #e3e6e9; } .bar .pass { background: #2e7d4f; }
ul.controls { list-style: none; margin: .3rem 0 0; padding: 0; }
ul.controls li { margin: .2rem 0; padding-left: .2rem; }
ul.items { margin: .25rem 0 0; padding-left: 1.1rem; }
.soft { color: var(--soft); font-size: .875rem; }
code { font-family: var(--mono); font-size: 1em; }
.hash { word-break: break-all; }
ul.items li { margin: 0; }
.legend { display: grid; grid-template-columns: 1fr 1fr; gap: .2rem 1rem; margin: .5rem 0 1rem; padding: 0; list-style: none; color: var(--soft); font-size: .875rem; }
.legend .badge { min-width: 6rem; }
.key dt { float: left; clear: left; width: 7.5rem; } .key dd { margin: 0 0 .15rem 7.5rem; }
@media print {
  html { font-size: 8.8pt; }
  body { max-width: none; margin: 0; padding: 0 1px; line-height: 1.5; }
  h1 { font-size: 17pt; } h2 { margin-top: 6mm; }
  th, td { padding: .2rem .35rem; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  a { color: inherit; text-decoration: none; }
  .new-page { break-before: page; }
  p, li { orphans: 2; widows: 2; }
}
@media (max-width: 40rem) {
  .cover { flex-wrap: wrap; } body { padding: 1rem .7rem; } table { display: block; overflow-x: auto; }
}
`
}

/** A text inside double quotes of CSS, every letter that is not plain written by its number. */
function cssText(text: string): string {
  return [...text]
    .map((letter) =>
      /^[\p{L}\p{N} .,:()/-]$/u.test(letter) ? letter : `\\${(letter.codePointAt(0) ?? 0).toString(16)} `,
    )
    .join('')
}

/** Text that is markup already; everything else is escaped where it is put in. */
export type Html = Readonly<{ html: string }>
type Value = Html | string | number | readonly Html[]

/** A template whose values are escaped, whoever chose them: devices and files name themselves. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { html: parts.map((part, index) => part + markupOf(values[index])).join('') }
}

export const nothing: Html = { html: '' }

export function join(parts: readonly Html[], between: Html = nothing): Html {
  return { html: parts.map((part) => part.html).join(between.html) }
}

/** For texts and double-quoted attributes alike. Letters that cannot be seen, or that turn the text round, are written out. */
export function escapeHtml(text: string): string {
  return showHidden(text).replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? letter)
}

/** Control letters (but for a line's end) and letters that change the direction of what follows (Unicode TR 9). */
export function showHidden(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(hidden, (letter) => `<U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`)
}

const hidden = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export type Column = Readonly<{ title: string; kind?: string }>

/** Each row's first cell is its heading. `kind` is a class that says how wide the column is. */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Html[])[],
  kind = '',
): Html {
  const classOf = (column: Column | undefined) => (column?.kind === undefined ? nothing : html` class="${column.kind}"`)
  const head = columns.map((column) => html`<th scope="col"${classOf(column)}>${column.title}</th>`)
  const body = rows.map((cells) => {
    const [first, ...rest] = cells.map((cell, index) => {
      const about = classOf(columns[index])
      return index === 0 ? html`<th scope="row"${about}>${cell}</th>` : html`<td${about}>${cell}</td>`
    })
    return html`<tr>${first ?? nothing}${rest}</tr>\n`
  })
  return html`<table class="${kind}">\n<caption>${caption}</caption>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}</tbody>\n</table>\n`
}

/** Names and values, side by side. */
export function facts(caption: string, rows: readonly (readonly [name: string, value: Html])[]): Html {
  const lines = rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`)
  return html`<table class="facts">\n<caption>${caption}</caption>\n<tbody>\n${lines}</tbody>\n</table>\n`
}

export function text(value: string): Html {
  return html`${value}`
}

function markupOf(value: Value | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  return 'html' in value ? value.html : value.map((one) => one.html).join('')
}

import type { JournalEvent } from '../../src/protocol/events.ts'

export const exportFormats = ['jsonl', 'csv'] as const
export type ExportFormat = (typeof exportFormats)[number]

/** Lines of text for a file. `jsonl` can be verified again; `csv` is for a spreadsheet, with a byte order mark. */
export function* exportJournal(events: Iterable<JournalEvent>, format: ExportFormat): Generator<string> {
  if (format === 'csv') yield `\uFEFF${csvColumns.join(',')}\r\n`
  for (const event of events) yield format === 'csv' ? `${csvLine(event)}\r\n` : `${JSON.stringify(event)}\n`
}

const csvColumns = ['seq', 'at', 'kind', 'severity', 'control', 'subject', 'data', 'bootId', 'prev', 'hash'] as const

function csvLine(event: JournalEvent): string {
  return csvColumns.map((column) => csvCell(column === 'data' ? JSON.stringify(event.data) : event[column])).join(',')
}

/** A cell that begins like a formula is one to a spreadsheet, and devices choose their own names. */
function csvCell(value: string | number | undefined): string {
  const text = String(value ?? '')
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}

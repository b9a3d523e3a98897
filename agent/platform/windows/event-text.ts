import type { NewEvent } from '../../../src/protocol/events.ts'
import type { EntryKind } from './event-ids.ts'

/** Of an entry's text; "each string is limited to 31,839 characters" (ReportEventW), and nobody reads that much. */
export const maxEntryCharacters = 4_000

/** Title in both languages, what it is about, and the journal's own data, for a reader who has only the log. */
export function formatEntry(kind: EntryKind, event: Pick<NewEvent, 'subject' | 'data'>): string {
  const data = Object.entries(event.data ?? {})
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const lines = [`${kind.title.ja}。 ${kind.title.en}.`, event.subject, ...data]
  const text = removeControls(lines.join('\r\n'))
  return text.length > maxEntryCharacters ? `${text.slice(0, maxEntryCharacters - 1)}…` : text
}

/**
 * Names come from devices: nothing of them may end the text early, or stand for another text ("the string that you log
 * cannot contain %n", ReportEventW).
 */
function removeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
  return text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ' ').replaceAll(/%(?=[%\d])/g, '% ')
}

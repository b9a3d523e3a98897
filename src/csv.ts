/** Excel takes a file for UTF-8 only where it begins with this. */
export const byteOrderMark = '\ufeff'

/**
 * One line of a CSV file (RFC 4180) with its end. What a spreadsheet would run as a formula gets an apostrophe before
 * it: host names and device names come from outside.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`
}

function cellOf(cell: string | number | null): string {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  const text = /^[\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

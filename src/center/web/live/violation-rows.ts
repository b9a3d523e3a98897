import { severities } from '../../../protocol/events.ts'
import type { EventRow, ViolationsQuery } from '../../api/contract.ts'

export type ShownRows = Readonly<{
  /** What is on the page now, newest first. */
  rows: readonly EventRow[]
  /** How many wait until the reader lets them in. */
  waiting: number
  /** The highest id of both. */
  newest: number
}>

/** The center's page and what came by the stream since, each event once; above `upTo` they wait. */
export function decideShownRows(
  page: readonly EventRow[],
  arrivals: readonly EventRow[],
  query: ViolationsQuery,
  upTo: number,
): ShownRows {
  const listed = new Map(page.map((row) => [row.id, row]))
  // Older arrivals lie on later pages: they must not come back on top of this one.
  const oldest = page.at(-1)?.id ?? 0
  for (const row of arrivals) if (row.id > oldest && isWanted(row, query)) listed.set(row.id, row)
  const all = [...listed.values()].toSorted((a, b) => b.id - a.id)
  const rows = all.filter((row) => row.id <= upTo)
  return { rows, waiting: all.length - rows.length, newest: all[0]?.id ?? 0 }
}

/** The filter of `GET /api/violations`, for rows that did not come by it. */
export function isWanted(row: EventRow, { zone, severity, terminal, q }: ViolationsQuery): boolean {
  if (zone !== undefined && row.zone !== zone) return false
  if (severity !== undefined && severities.indexOf(row.severity) < severities.indexOf(severity)) return false
  if (terminal !== undefined && row.terminalId !== terminal) return false
  if (q === undefined) return true
  const wanted = q.toLowerCase()
  return [row.hostname, row.subject, row.kind].some((text) => text.toLowerCase().includes(wanted))
}

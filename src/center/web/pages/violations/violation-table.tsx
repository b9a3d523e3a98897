import { useMemo, useState } from 'react'
import type { EventRow } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { SeverityBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { DisclosureButton } from '../../parts/disclosure-button.tsx'
import { When } from '../../parts/when.tsx'
import { Link } from '../../route/link.tsx'
import { EventDetail } from './event-detail.tsx'
import { EventSummary } from './event-summary.tsx'

const column = createColumns<EventRow>()
/** An event that took longer than this to arrive shows when it did: the terminal was away. */
const lateMs = 120_000

type ViolationTableProps = Readonly<{ rows: readonly EventRow[]; seenUpTo: number | null; busy: boolean }>

export function ViolationTable({ rows, seenUpTo, busy }: ViolationTableProps) {
  const { pages, terms, format } = useTexts()
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const data = useMemo(() => [...rows], [rows])
  const columns = useMemo(() => {
    const words = pages.violations
    const toggle = (id: number) => setOpen((before) => before.symmetricDifference(new Set([id])))
    return [
      column('at', words.at, (row) => (
        <>
          <When at={row.at} seconds />
          {isLate(row) && <span className="hint late">{words.received(format.dateTime(row.receivedAt))}</span>}
        </>
      )),
      column('severity', words.severity, (row) => <SeverityBadge severity={row.severity} />),
      column('what', words.what, (row) => <EventSummary event={row} isNew={seenUpTo !== null && row.id > seenUpTo} />),
      column('terminal', words.terminal, (row) => (
        <>
          <Link to={`/terminals/${encodeURIComponent(row.terminalId)}`} className="breakable">
            {row.hostname}
          </Link>
          <span className="hint line">{terms.zones[row.zone]}</span>
        </>
      )),
      column('detail', pages.common.detail, (row) => (
        <DisclosureButton
          label={pages.common.detail}
          name={pages.common.showDetail(`${terms.kinds[row.kind]} ${row.hostname}`)}
          isOpen={open.has(row.id)}
          toggle={() => toggle(row.id)}
        />
      )),
    ]
  }, [pages, terms, format, open, seenUpTo])
  return (
    <DataTable
      caption={pages.violations.caption}
      columns={columns}
      rows={data}
      rowId={(row) => String(row.id)}
      rowClass={(row) => (seenUpTo !== null && row.id > seenUpTo ? 'row-new' : '')}
      under={(row) => (open.has(row.id) ? <EventDetail event={row} /> : null)}
      busy={busy}
    />
  )
}

function isLate(row: EventRow): boolean {
  return Date.parse(row.receivedAt) - Date.parse(row.at) > lateMs
}

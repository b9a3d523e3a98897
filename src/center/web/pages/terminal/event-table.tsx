import { useMemo, useState } from 'react'
import type { EventRow } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { SeverityBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { DisclosureButton } from '../../parts/disclosure-button.tsx'
import { When } from '../../parts/when.tsx'
import { EventDetail } from '../violations/event-detail.tsx'
import { EventSummary } from '../violations/event-summary.tsx'

const column = createColumns<EventRow>()

export function EventTable({ rows, busy }: Readonly<{ rows: readonly EventRow[]; busy: boolean }>) {
  const { pages, terms } = useTexts()
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const data = useMemo(() => [...rows], [rows])
  const columns = useMemo(
    () => [
      column('at', pages.violations.at, (row) => <When at={row.at} seconds />),
      column('severity', pages.violations.severity, (row) => <SeverityBadge severity={row.severity} />),
      column('what', pages.violations.what, (row) => <EventSummary event={row} />),
      column('lane', pages.terminal.lane, (row) => terms.lanes[row.lane]),
      column('seq', pages.violations.seq, (row) =>
        row.seq === null ? pages.violations.fromCollector : String(row.seq),
      ),
      column('detail', pages.common.detail, (row) => (
        <DisclosureButton
          label={pages.common.detail}
          name={pages.common.showDetail(terms.kinds[row.kind])}
          isOpen={open.has(row.id)}
          toggle={() => setOpen((before) => before.symmetricDifference(new Set([row.id])))}
        />
      )),
    ],
    [pages, terms, open],
  )
  return (
    <DataTable
      caption={pages.terminal.events}
      columns={columns}
      rows={data}
      rowId={(row) => String(row.id)}
      under={(row) => (open.has(row.id) ? <EventDetail event={row} /> : null)}
      busy={busy}
    />
  )
}

import { useMemo } from 'react'
import type { ControlRow, FleetQuery } from '../../../api/results-contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { SeverityBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { Id } from '../../parts/id.tsx'
import { useStateColumns } from '../../parts/state-columns.tsx'
import { StateBar } from '../../parts/state-counts.tsx'
import { Link } from '../../route/link.tsx'
import { controlPath } from './control-path.ts'

const column = createColumns<ControlRow>()

type ControlTableProps = Readonly<{ rows: ControlRow[]; fleet: FleetQuery; busy: boolean }>

export function ControlTable({ rows, fleet, busy }: ControlTableProps) {
  const { results, language } = useTexts()
  const counted = useStateColumns<ControlRow>(
    (row) => row.title[language],
    (row, state) => controlPath(row.control, { ...fleet, state }),
  )
  const columns = useMemo(
    () => [
      column('control', results.controls.control, (row) => (
        <>
          <Link to={controlPath(row.control, fleet)} className="strong breakable">
            {row.title[language]}
          </Link>
          <span className="hint line">
            <Id text={row.control} />
          </span>
          <StateBar counts={row.counts} />
        </>
      )),
      column('severity', results.severity, (row) => <SeverityBadge severity={row.severity} />),
      ...counted,
    ],
    [results, language, fleet, counted],
  )
  return (
    <DataTable
      caption={results.controls.caption}
      columns={columns}
      rows={rows}
      rowId={(row) => row.control}
      busy={busy}
    />
  )
}

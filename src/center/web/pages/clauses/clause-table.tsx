import { useMemo } from 'react'
import type { ClauseRow, FleetQuery, StandardView } from '../../../api/results-contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { useStateColumns } from '../../parts/state-columns.tsx'
import { StateBar } from '../../parts/state-counts.tsx'
import { Link } from '../../route/link.tsx'
import { clausePath } from './clause-path.ts'

const column = createColumns<ClauseRow>()

type ClauseTableProps = Readonly<{ standard: StandardView; fleet: FleetQuery; busy: boolean }>

export function ClauseTable({ standard, fleet, busy }: ClauseTableProps) {
  const { results, terms, pages, language } = useTexts()
  const words = results.clauses
  const { id } = standard
  const data = useMemo(() => [...standard.rows], [standard.rows])
  const counted = useStateColumns<ClauseRow>(
    (row) => row.ref,
    (row, state) => clausePath(id, { ref: row.ref, ...fleet, state }),
  )
  const columns = useMemo(
    () => [
      column('clause', words.clause, (row) => (
        <>
          <Link to={clausePath(id, { ref: row.ref, ...fleet })} className="strong breakable">
            {row.ref}
          </Link>
          <span className="hint line">{words.kinds[row.kind]}</span>
        </>
      )),
      column('summary', words.summary, (row) => (
        <>
          <span className="breakable">{row.summary[language]}</span>
          <span className="hint line breakable">
            {[row.zones.map((zone) => terms.zones[zone]).join(pages.common.listSeparator), row.role[language]].join(
              ' / ',
            )}
          </span>
          <StateBar counts={row.counts} />
        </>
      )),
      ...counted,
    ],
    [words, id, fleet, language, terms, pages, counted],
  )
  return <DataTable caption={words.caption} columns={columns} rows={data} rowId={(row) => row.ref} busy={busy} />
}

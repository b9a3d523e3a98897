import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { BuildRow } from '../../../api/proofs-contract.ts'
import { queries } from '../../api/queries.ts'
import { searchOf } from '../../api/request.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Answered } from '../../parts/answered.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { ExportLinks } from '../../parts/export-links.tsx'
import { ProofCounts } from '../../parts/proof-counts.tsx'
import { Empty } from '../../parts/states.tsx'
import { useTitle } from '../../parts/title.ts'
import { When } from '../../parts/when.tsx'
import { Link } from '../../route/link.tsx'

const refreshMs = 60_000
const column = createColumns<BuildRow>()

/** What was really tried, by build of the system: the town's truth about what it runs. */
export function ProofsPage() {
  const { proofs, pages, format } = useTexts()
  const view = useQuery({ ...queries.builds(), refetchInterval: refreshMs })
  useTitle(proofs.title)
  const columns = useMemo(
    () => [
      column('build', proofs.build, (row) => (
        <>
          <Link to={buildPath(row)} className="strong breakable">
            {row.os} {row.build}
          </Link>
          {row.standIn !== null && <span className="hint line">{proofs.standIn(row.standIn)}</span>}
        </>
      )),
      column('count-terminals', proofs.terminals, (row) => format.number(row.terminals)),
      column('counts', proofs.items, (row) => <ProofCounts counts={row.items} />),
      column('versions', proofs.versions, (row) => row.agentVersions.join(', ')),
      column('at', proofs.lastAt, (row) => <When at={row.lastAt} />),
    ],
    [proofs, format],
  )
  return (
    <>
      <div className="page-head">
        <h1>{proofs.title}</h1>
        <p className="hint">{proofs.lead}</p>
      </div>
      <Answered query={view}>
        {({ rows, at }) =>
          rows.length === 0 ? (
            <Empty title={proofs.empty}>
              <p>{proofs.emptyHow}</p>
            </Empty>
          ) : (
            <>
              <div className="list-head">
                <p className="hint" role="status">
                  {pages.time.at(format.dateTime(at))}
                </p>
                <ExportLinks path="/api/proofs" query={{}} />
              </div>
              <DataTable caption={proofs.caption} columns={columns} rows={rows} rowId={buildPath} />
            </>
          )
        }
      </Answered>
    </>
  )
}

export function buildPath({ os, build, standIn }: Pick<BuildRow, 'os' | 'build' | 'standIn'>): string {
  return `/proofs/build${searchOf({ os, build, standIn: standIn ?? undefined })}`
}

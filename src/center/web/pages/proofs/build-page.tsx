import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type ProofOutcome, proofOutcomes } from '../../../../protocol/proof.ts'
import type { BuildItem, BuildQuery } from '../../../api/proofs-contract.ts'
import { queries } from '../../api/queries.ts'
import { searchOf } from '../../api/request.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Answered } from '../../parts/answered.tsx'
import { BackLink } from '../../parts/back-link.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { Id } from '../../parts/id.tsx'
import { ProofCounts } from '../../parts/proof-counts.tsx'
import { Select } from '../../parts/select.tsx'
import { Empty } from '../../parts/states.tsx'
import { useTitle } from '../../parts/title.ts'
import { When } from '../../parts/when.tsx'
import { Link } from '../../route/link.tsx'
import { setSearch, usePlace } from '../../route/location.ts'
import { NotFoundPage } from '../not-found-page.tsx'
import { BuildTerminals } from './build-terminals.tsx'

const refreshMs = 60_000
const shows = ['never', 'disproven'] as const
type Show = (typeof shows)[number] | undefined

/** One build: of everything that was tried, on how many terminals it ended how. */
export function BuildPage() {
  const { search } = usePlace()
  const [os, build, standIn] = ['os', 'build', 'standIn'].map((name) => search.get(name))
  if (typeof os !== 'string' || typeof build !== 'string') return <NotFoundPage />
  return <Build query={{ os, build, ...(typeof standIn === 'string' ? { standIn } : {}) }} />
}

function Build({ query }: Readonly<{ query: BuildQuery }>) {
  const { proofs, format } = useTexts()
  const { search } = usePlace()
  const view = useQuery({ ...queries.build(query), refetchInterval: refreshMs })
  const show = shows.find((known) => known === search.get('show'))
  const item = search.get('item')
  useTitle(`${query.os} ${query.build}`)
  return (
    <>
      <BackLink to="/proofs">{proofs.back}</BackLink>
      <div className="page-head">
        <h1 className="breakable">
          {query.os} {query.build}
        </h1>
      </div>
      {query.standIn !== undefined && <p className="notice notice-warn">{proofs.standIn(query.standIn)}</p>}
      <Answered query={view}>
        {(data) => {
          const rows = data.rows.filter((row) => isShown(row, show))
          const chosen = data.rows.find(({ id }) => id === item)
          return (
            <>
              <ProofCounts counts={data.items} />
              <p className="hint">
                {proofs.terminals}: {format.number(data.terminals)} / {proofs.lastAt}: {format.dateTime(data.lastAt)}
              </p>
              {chosen !== undefined && <BuildTerminals query={query} item={chosen} />}
              <p className="hint">{proofs.buildLead}</p>
              <div className="filters">
                <Select
                  label={proofs.show}
                  value={show ?? ''}
                  options={shows}
                  word={(option) => (option === 'never' ? proofs.showNever : proofs.showDisproven)}
                  all={proofs.showAll}
                  onChange={(next) => setSearch({ show: next })}
                />
              </div>
              {rows.length === 0 && <Empty title={proofs.nothingShown} />}
              {rows.length > 0 && <ItemTable rows={rows} query={query} show={show} />}
            </>
          )
        }}
      </Answered>
    </>
  )
}

function isShown({ terminals }: BuildItem, show: Show): boolean {
  if (show === undefined) return true
  return show === 'never' ? terminals.proven === 0 : terminals.disproven > 0
}

const column = createColumns<BuildItem>()

type ItemTableProps = Readonly<{ rows: BuildItem[]; query: BuildQuery; show: Show }>

function ItemTable({ rows, query, show }: ItemTableProps) {
  const { proofs, format, language } = useTexts()
  const columns = useMemo(() => {
    const path = (item: string, outcome?: ProofOutcome) => `/proofs/build${searchOf({ ...query, show, item, outcome })}`
    return [
      column('item', proofs.item, (row) => (
        <>
          <Link to={path(row.id)} className="strong breakable">
            {row.title[language]}
          </Link>
          <span className="hint line">
            <Id text={row.id} />
          </span>
        </>
      )),
      ...proofOutcomes.map((outcome) =>
        column(`count-${outcome}`, proofs.outcomes[outcome], (row) =>
          row.terminals[outcome] === 0 ? (
            '0'
          ) : (
            <Link to={path(row.id, outcome)}>
              <span className="hidden">
                {row.title[language]}: {proofs.outcomes[outcome]}{' '}
              </span>
              {format.number(row.terminals[outcome])}
            </Link>
          ),
        ),
      ),
      column('at', proofs.lastProven, (row) =>
        row.lastProvenAt === null ? <span className="strong">{proofs.never}</span> : <When at={row.lastProvenAt} />,
      ),
    ]
  }, [proofs, format, language, query, show])
  return <DataTable caption={proofs.itemsCaption} columns={columns} rows={rows} rowId={(row) => row.id} />
}

import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { proofOutcomes } from '../../../../protocol/proof.ts'
import type { BuildItem, BuildQuery, BuildTerminal } from '../../../api/proofs-contract.ts'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { PagedList } from '../../parts/answered.tsx'
import { ProofBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { ExportLinks } from '../../parts/export-links.tsx'
import { usePaging } from '../../parts/pager.tsx'
import { Select } from '../../parts/select.tsx'
import { Empty } from '../../parts/states.tsx'
import { TerminalCell } from '../../parts/terminal-cell.tsx'
import { When } from '../../parts/when.tsx'
import { setSearch, usePlace } from '../../route/location.ts'

const column = createColumns<BuildTerminal>()

/** Of one thing on one build: every terminal with what came of it there. */
export function BuildTerminals({ query, item }: Readonly<{ query: BuildQuery; item: BuildItem }>) {
  const { proofs, pages, language } = useTexts()
  const { search } = usePlace()
  const paging = usePaging()
  const outcome = proofOutcomes.find((known) => known === search.get('outcome'))
  const asked = { ...query, item: item.id, ...(outcome === undefined ? {} : { outcome }) }
  const cursor = paging.cursor === undefined ? {} : { cursor: paging.cursor }
  const list = useQuery(queries.buildTerminals({ ...asked, ...cursor }))
  const columns = useMemo(
    () => [
      column('terminal', pages.violations.terminal, (row) => <TerminalCell terminal={row} />),
      column('state', proofs.outcome, (row) => <ProofBadge outcome={row.outcome} />),
      column('reason', proofs.reason, (row) => (
        <>
          <span className="breakable">{row.reason[language]}</span>
          {row.observed !== '' && <code className="hint line breakable">{row.observed}</code>}
        </>
      )),
      column('at', proofs.triedAt, (row) => (
        <>
          <When at={row.at} />
          <span className="hint line">tanmori {row.agentVersion}</span>
        </>
      )),
    ],
    [proofs, pages, language],
  )
  return (
    <section aria-labelledby="build-terminals-title">
      <div className="section-head">
        <h2 id="build-terminals-title">{proofs.terminalsOf(item.title[language])}</h2>
        <ExportLinks path="/api/proofs/terminals" query={asked} />
      </div>
      <div className="filters">
        <Select
          label={proofs.outcome}
          value={outcome ?? ''}
          options={proofOutcomes}
          word={(option) => proofs.outcomes[option]}
          all={pages.common.all}
          onChange={(next) => setSearch({ outcome: next, cursor: '', page: '' })}
        />
      </div>
      <PagedList
        query={list}
        name={`proofs ${JSON.stringify(asked)}`}
        paging={paging}
        empty={
          <Empty title={proofs.noTerminals}>
            <p>{proofs.noTerminalsHow}</p>
          </Empty>
        }
      >
        {(rows, busy) => (
          <DataTable
            caption={proofs.terminalsCaption}
            columns={columns}
            rows={rows}
            rowId={(row) => row.terminalId}
            busy={busy}
          />
        )}
      </PagedList>
    </section>
  )
}

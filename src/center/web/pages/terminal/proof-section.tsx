import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ProofRow } from '../../../api/proofs-contract.ts'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Answered } from '../../parts/answered.tsx'
import { FactList } from '../../parts/fact-list.tsx'
import { Icon } from '../../parts/icon.tsx'
import { ProofCounts } from '../../parts/proof-counts.tsx'
import { Select } from '../../parts/select.tsx'
import { Empty } from '../../parts/states.tsx'
import { When } from '../../parts/when.tsx'
import { Link } from '../../route/link.tsx'
import { buildPath } from '../proofs/proofs-page.tsx'
import { ProofCalls, ProofItems, ProofReadings } from './proof-tables.tsx'

/** What was really tried on this terminal, when, on which build, and what came of it. */
export function ProofSection({ id }: Readonly<{ id: string }>) {
  const { proofs } = useTexts()
  const list = useQuery(queries.terminalProofs(id))
  return (
    <section aria-labelledby="proofs-title">
      <h2 id="proofs-title">{proofs.terminal.title}</h2>
      <Answered query={list}>
        {({ rows }) => {
          const [newest] = rows
          if (newest === undefined) {
            return (
              <Empty title={proofs.terminal.none}>
                <p>{proofs.terminal.noneHow}</p>
              </Empty>
            )
          }
          return <Chosen id={id} rows={rows} newest={newest} />
        }}
      </Answered>
    </section>
  )
}

type ChosenProps = Readonly<{ id: string; rows: readonly ProofRow[]; newest: ProofRow }>

function Chosen({ id, rows, newest }: ChosenProps) {
  const { proofs, format } = useTexts()
  const [chosen, choose] = useState('')
  const row = rows.find(({ sha256 }) => sha256 === chosen) ?? newest
  const nameOf = (sha256: string) => {
    const one = rows.find((known) => known.sha256 === sha256)
    return one === undefined ? sha256 : `${format.dateTime(one.startedAt)} ${one.os} ${one.build}`
  }
  return (
    <>
      {rows.length > 1 && (
        <div className="filters">
          <Select
            label={proofs.terminal.choose}
            value={row.sha256}
            options={rows.map(({ sha256 }) => sha256)}
            word={nameOf}
            onChange={choose}
          />
        </div>
      )}
      <ProofDetail id={id} row={row} />
    </>
  )
}

function ProofDetail({ id, row }: Readonly<{ id: string; row: ProofRow }>) {
  const { proofs } = useTexts()
  const words = proofs.terminal
  const view = useQuery(queries.proof(id, row.sha256))
  return (
    <Answered query={view}>
      {({ proof }) => (
        <>
          <FactList
            facts={[
              [words.result, <ProofCounts key="counts" counts={row.counts} />],
              [words.when, <When key="when" at={row.startedAt} />],
              [
                words.on,
                <span key="build">
                  <Link to={buildPath(row)}>
                    {row.os} {row.build}
                  </Link>
                  {row.standIn !== null && <span className="hint line">{proofs.standIn(row.standIn)}</span>}
                </span>,
              ],
              [words.by, `tanmori ${row.agentVersion}`],
              [words.policy, proof.policy === null ? words.noPolicy : `${proof.policy.id} ${proof.policy.version}`],
            ]}
          />
          <p className="export">
            <a href={`/api/terminals/${encodeURIComponent(id)}/proofs/${row.sha256}/file`} download>
              <Icon name="download" />
              {words.file}
            </a>
            <span className="hint">{words.signed(proof.key.keyId.slice(0, 16))}</span>
          </p>
          <ProofItems items={proof.items} />
          <ProofReadings readings={proof.readings} />
          <ProofCalls calls={proof.calls} />
        </>
      )}
    </Answered>
  )
}
